/** The texts of a list, which is kept as JSON: strings as they are, anything else as its JSON. */
export function listTexts(json: string): string {
  return `arrayMap(item -> if(startsWith(item, '"'), JSONExtractString(item), item), JSONExtractArrayRaw(ifNull(${json}, '')))`;
}

/** A text that is a JSON list, else null. */
export function listOrNull(text: string): string {
  return `if(startsWith(${text}, '['), ${text}, NULL)`;
}
