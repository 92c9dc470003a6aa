/** The decoded content of one file of a data set. @throws {RangeError} if it was not given. */
export function contentOf(
  files: ReadonlyMap<string, Uint8Array>,
  title: string,
  name: string,
): Uint8Array {
  const content = files.get(name);
  if (content === undefined) {
    throw new RangeError(`Cannot decode ${title}: expected file "${name}", got none`);
  }
  return content;
}
