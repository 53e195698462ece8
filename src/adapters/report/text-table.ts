const LONGEST = 280;

/** Texts that occur many times, each kept once and referred to by its index. */
export class TextTable {
  readonly list: string[] = [];
  readonly #indices = new Map<string, number>();

  /** The index of a text, which is added when it is new; one that is too long for a panel is cut. */
  index(text: string): number {
    const shown = clip(text);
    const known = this.#indices.get(shown);
    if (known !== undefined) return known;
    const index = this.list.push(shown) - 1;
    this.#indices.set(shown, index);
    return index;
  }
}

/** Bytes that a text takes in the page, once. */
export function textCost(text: string): number {
  // A `<` is written as six characters, so that it cannot end the script element.
  return Buffer.byteLength(JSON.stringify(clip(text)).replaceAll("<", "\\u003c"));
}

function clip(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
