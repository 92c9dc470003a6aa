/**
 * Checks that a text is a well-formed XML document (the part of XML that figures use), for tests.
 *
 * @returns the names of its elements and its text, in the order of the document.
 * @throws {SyntaxError} with the place of the first fault.
 */
export function parseXml(document: string): { elements: string[]; texts: string[] } {
  const elements: string[] = [];
  const texts: string[] = [];
  const open: string[] = [];
  const fail = (what: string, at: number): never => {
    throw new SyntaxError(
      `Cannot read XML: ${what} at ${at}: ${JSON.stringify(document.slice(at, at + 40))}`,
    );
  };
  const tag = /<(\/?)([A-Za-z][\w-]*)((?:\s+[A-Za-z][\w:-]*="[^"<]*")*)\s*(\/?)>/y;
  let at = 0;
  while (at < document.length) {
    if (document[at] !== "<") {
      const end = document.indexOf("<", at);
      const content = document.slice(at, end < 0 ? document.length : end);
      if (open.length === 0 && content.trim() !== "") fail("text outside the root", at);
      texts.push(decode(content, () => fail("bad reference", at)));
      at += content.length;
      continue;
    }
    tag.lastIndex = at;
    const match = tag.exec(document);
    if (match === null) return fail("bad tag", at);
    const [whole, closing, name, attributes, empty] = match;
    const names = [...(attributes ?? "").matchAll(/\s([A-Za-z][\w:-]*)="([^"]*)"/g)];
    if (new Set(names.map(([, key]) => key)).size < names.length) fail("attribute twice", at);
    for (const [, , value] of names) decode(value ?? "", () => fail("bad reference", at));
    if (closing === "/") {
      if (open.pop() !== name) fail(`unexpected end of ${name}`, at);
    } else {
      if (open.length === 0 && elements.length > 0) fail("a second root", at);
      elements.push(name ?? "");
      if (empty !== "/") open.push(name ?? "");
    }
    at += whole!.length;
  }
  if (open.length > 0 || elements.length === 0) fail("unfinished document", at);
  return { elements, texts };
}

function decode(content: string, fail: () => never): string {
  // deno-lint-ignore no-control-regex -- characters that XML 1.0 forbids
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(content) || !content.isWellFormed()) fail();
  return content.replace(/&([^;]{0,10};)?/g, (_, reference) => {
    const characters: Record<string, string> = { "amp;": "&", "lt;": "<", "gt;": ">", "quot;": '"' };
    return characters[reference] ?? fail();
  });
}
