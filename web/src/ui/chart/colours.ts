const tokens = [
  'surface',
  'raised',
  'line',
  'line-strong',
  'text',
  'muted',
  'engaged',
  'neutral',
  'disengaged',
  'unknown',
  'rise',
  'fall',
] as const;

type Token = (typeof tokens)[number];

/** The tokens as they are now, written so that every program that opens a saved picture knows them. */
export type Colours = Readonly<Record<Token, string>>;

/** Reads the colours of `ui/tokens.css` as this theme shows them. */
export function readColours(): Colours {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const read = (token: Token): [Token, string] => {
    probe.style.color = `var(--${token})`;
    return [token, pen === null ? 'gray' : asHex(pen, getComputedStyle(probe).color)];
  };
  const colours = Object.fromEntries(tokens.map(read)) as Record<Token, string>;
  probe.remove();
  return colours;
}

function asHex(pen: CanvasRenderingContext2D, colour: string): string {
  pen.clearRect(0, 0, 1, 1);
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = pen.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
