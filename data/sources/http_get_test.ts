import { assertEquals, assertThrows } from "@std/assert";
import { SourceFailure } from "./events.ts";
import { redirectTarget } from "./http_get.ts";

Deno.test("redirectTarget follows to the web, but not to less security", () => {
  const secure = new URL("https://a.example/set/file?x=1");
  const open = new URL("http://a.example/set/file");
  const follows = (from: URL, location: string, to: string) =>
    assertEquals(redirectTarget(from, location).href, to);
  follows(secure, "https://b.example/file", "https://b.example/file");
  follows(secure, "/other", "https://a.example/other");
  follows(secure, "//b.example/other", "https://b.example/other");
  follows(secure, "other", "https://a.example/set/other");
  follows(open, "https://a.example/set/file", "https://a.example/set/file");
  const refuses = (from: URL, location: string | null, reason: string) =>
    assertThrows(() => redirectTarget(from, location), SourceFailure, reason);
  refuses(
    secure,
    "http://a.example/set/file",
    "redirected from https to http://a.example, which is not secure",
  );
  refuses(secure, null, "redirected to no web address (none was given)");
  for (const location of ["file:///etc/passwd", "data:text/plain,x", "https://"]) {
    refuses(open, location, `redirected to no web address (${location})`);
  }
});
