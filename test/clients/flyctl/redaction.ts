/** Anything that looks like a token of Fly's, whether this run knows of it or not. */
const token = /(?:FlyV1 )?fm[12]\w?_[\w+/=,-]{8,}/g;

/** Takes out of texts what is of this machine or nobody's to know, and says with what it did so. */
export class Redaction {
  readonly #names: [value: string, name: string][] = [];

  hide(value: string, name: string): void {
    if (value.length < 3) throw new Error(`hide ${name}: it is too short to be told from other words`);
    this.#names.push([value, name]);
    // A folder's inner ones before it, or what is left of them would stay.
    this.#names.sort(([a], [b]) => b.length - a.length);
  }

  clean(text: string): string {
    const named = this.#names.reduce((rest, [value, name]) => rest.replaceAll(value, name), text);
    return named.replace(token, "<token>");
  }
}
