/** Words that names of the demo are put together from. Every company and person is made up. */
const companyFirst = [
  'Alder', 'Amber', 'Anchor', 'Argent', 'Aspen', 'Basalt', 'Beacon', 'Birch', 'Blue Heron', 'Bright', 'Cedar', 'Cinder',
  'Clover', 'Cobalt', 'Copper', 'Coral', 'Crest', 'Dahlia', 'Delta', 'Ember', 'Fable', 'Fern', 'Flint', 'Garnet',
  'Granite', 'Harbor', 'Hazel', 'Indigo', 'Ivory', 'Juniper', 'Keystone', 'Lantern', 'Larch', 'Linden', 'Lumen', 'Maple',
  'Marlow', 'Meridian', 'Mosaic', 'North Pier', 'Oak Bridge', 'Onyx', 'Orchard', 'Osprey', 'Pebble', 'Pine', 'Quartz',
  'Quill', 'Raven', 'Ridge', 'Rowan', 'Saffron', 'Sable', 'Silver', 'Slate', 'Sparrow', 'Summit', 'Tamarind', 'Terra',
  'Thistle', 'Tidal', 'Umber', 'Verdant', 'Violet', 'Willow', 'Winter', 'Wren', 'Zephyr',
] as const; // prettier-ignore
const companySecond = {
  Manufacturing: ['Works', 'Industries', 'Components', 'Tooling'],
  Logistics: ['Freight', 'Logistics', 'Shipping', 'Routes'],
  Retail: ['Market', 'Stores', 'Goods', 'Outfitters'],
  Finance: ['Capital', 'Insurance', 'Credit Union', 'Payments'],
  Health: ['Health', 'Clinics', 'Diagnostics', 'Care'],
  Software: ['Software', 'Systems', 'Labs', 'Cloud'],
  Energy: ['Energy', 'Power', 'Solar', 'Grid'],
  Education: ['Academy', 'Learning', 'College', 'Press'],
} as const;

/** Industries of the demo's customers. */
export const industries = [
  'Manufacturing',
  'Logistics',
  'Retail',
  'Finance',
  'Health',
  'Software',
  'Energy',
  'Education',
] as const;
export type Industry = (typeof industries)[number];

const firstNames = [
  'Ada', 'Aisha', 'Amara', 'Ana', 'Anders', 'Anouk', 'Arjun', 'Astrid', 'Bastian', 'Beatriz', 'Carla', 'Chen', 'Clara',
  'Daniel', 'Darius', 'Elena', 'Elif', 'Emil', 'Esther', 'Farah', 'Felix', 'Fiona', 'Gabriel', 'Hana', 'Hugo', 'Ines',
  'Ivan', 'Jasper', 'Jun', 'Kaito', 'Karin', 'Kofi', 'Lars', 'Leila', 'Linnea', 'Luca', 'Mads', 'Maya', 'Mei', 'Milan',
  'Nadia', 'Nils', 'Noor', 'Olga', 'Omar', 'Paula', 'Priya', 'Rafael', 'Ravi', 'Rosa', 'Samir', 'Sanna', 'Sofia',
  'Tariq', 'Theo', 'Uma', 'Victor', 'Wanda', 'Yara', 'Yusuf', 'Zoe',
] as const; // prettier-ignore
const lastNames = [
  'Abara', 'Almeida', 'Andersen', 'Banerjee', 'Becker', 'Bianchi', 'Castillo', 'Costa', 'Dahl', 'Demir', 'Dubois',
  'Eriksson', 'Fischer', 'Fontaine', 'Garcia', 'Greco', 'Haddad', 'Hansen', 'Horvat', 'Ibrahim', 'Ito', 'Jansen',
  'Kaya', 'Keller', 'Kim', 'Kowalski', 'Kumar', 'Larsen', 'Lindqvist', 'Lopez', 'Mehta', 'Moreau', 'Morales', 'Nakamura',
  'Nguyen', 'Novak', 'Okafor', 'Olsen', 'Osei', 'Patel', 'Pereira', 'Petrov', 'Rahman', 'Reyes', 'Rossi', 'Sato',
  'Schmidt', 'Silva', 'Singh', 'Tanaka', 'Torres', 'Vargas', 'Visser', 'Wagner', 'Weber', 'Yilmaz', 'Zhang',
] as const; // prettier-ignore

/** The name of company `index`: distinct for the first 68 · 4 of an industry, and looks like one of that industry. */
export function companyName(index: number, industry: Industry): string {
  const second = companySecond[industry];
  const first = companyFirst[(index * 29) % companyFirst.length] ?? 'Alder';
  return `${first} ${second[Math.floor(index / companyFirst.length) % second.length] ?? ''}`.trim();
}

/** A first and a last name for two numbers. */
export function personName(first: number, last: number): { readonly first: string; readonly last: string } {
  return { first: firstNames[first % firstNames.length] ?? 'Ada', last: lastNames[last % lastNames.length] ?? 'Kim' };
}
