/** Appends bytes and LEB128 numbers to a growing buffer. */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  /** Number of bytes written so far. */
  get length(): number {
    return this.#length;
  }

  #reserve(extra: number): void {
    if (this.#length + extra <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + extra));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  /** One byte, the low eight bits of the value. */
  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** Bytes as they are. */
  bytes(values: ArrayLike<number>): void {
    this.#reserve(values.length);
    if (values.length > 32) this.#bytes.set(values, this.#length);
    else for (let i = 0; i < values.length; i++) this.#bytes[this.#length + i] = values[i]!; // Most are an opcode.
    this.#length += values.length;
  }

  /** An unsigned number in LEB128. */
  unsigned(value: number): void {
    do {
      const low = value % 128;
      value = Math.floor(value / 128);
      this.byte(value > 0 ? low | 128 : low);
    } while (value > 0);
  }

  /** A signed integer of up to 53 bits in LEB128. */
  signed(value: number): void {
    for (;;) {
      const low = ((value % 128) + 128) % 128;
      value = Math.floor(value / 128);
      const last = (value === 0 && low < 64) || (value === -1 && low >= 64);
      this.byte(last ? low : low | 128);
      if (last) return;
    }
  }

  /** A name: its length in bytes, then its UTF-8. */
  name(text: string): void {
    const encoded = new TextEncoder().encode(text);
    this.unsigned(encoded.length);
    this.bytes(encoded);
  }

  /** Another writer's bytes behind their length. */
  section(content: ByteWriter): void {
    this.unsigned(content.length);
    this.bytes(content.finish());
  }

  /** What was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}
