/** Every byte as the character of that number: ISO 8859-1, which TextDecoder has not. */
export function latin1(bytes: Uint8Array): string {
  const RUN = 4096; // arguments of one call
  let text = "";
  for (let at = 0; at < bytes.length; at += RUN) text += String.fromCharCode(...bytes.subarray(at, at + RUN));
  return text;
}

/** Text in UTF-8, or where it is not that, in Windows-1252, in which anything is a text. */
export function utf8OrOlder(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
