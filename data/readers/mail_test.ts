import { assertEquals, assertThrows } from "@std/assert";
import { testMutations } from "./_fuzz.ts";
import { readMail } from "./mail.ts";
import { MalformedFileError } from "./malformed.ts";

/** A message of Latin-1 letters, each one byte. */
const mail = (...lines: readonly string[]) =>
  Uint8Array.from(lines.join("\n"), (letter) => letter.charCodeAt(0));
const textOf = (...lines: readonly string[]) => readMail(mail(...lines)).text;
const subjectOf = (...lines: readonly string[]) => readMail(mail(...lines, "", "x")).subject;

Deno.test("readMail takes subject and body, nothing else", () => {
  const bytes = mail(
    "From a@b Thu Aug 22 2002",
    "Return-Path: <a@b>",
    "Subject: Hello",
    "X: y",
    "",
    "One",
    "",
    "Two",
    "",
  );
  assertEquals(readMail(bytes), { subject: "Hello", text: "One\n\nTwo" });
  assertEquals(readMail(mail("Subject: a\r\nTo: b\r\n\r\nbody\r\n")), { subject: "a", text: "body" });
  assertEquals(readMail(new Uint8Array(0)), { subject: "", text: "" });
  assertEquals(readMail(mail("no header at all")), { subject: "", text: "no header at all" });
  assertEquals(readMail(mail("Subject: x", "body without an empty line")), {
    subject: "x",
    text: "body without an empty line",
  });
});

Deno.test("readMail decodes words of subjects", () => {
  assertEquals(subjectOf("Subject: one", "\ttwo"), "one two");
  assertEquals(subjectOf("subject: lower case"), "lower case");
  assertEquals(subjectOf("Subject: first", "Subject: second", " and more"), "first");
  // The examples of RFC 2047, section 8.
  assertEquals(subjectOf("Subject: =?ISO-8859-1?Q?a?="), "a");
  assertEquals(subjectOf("Subject: =?ISO-8859-1?Q?a?= b"), "a b");
  assertEquals(subjectOf("Subject: =?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?="), "ab");
  assertEquals(subjectOf("Subject: =?ISO-8859-1?Q?a?=", "    =?ISO-8859-1?Q?b?="), "ab");
  assertEquals(subjectOf("Subject: =?ISO-8859-1?Q?a_b?="), "a b");
  assertEquals(subjectOf("Subject: =?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?="), "a b");
  assertEquals(
    subjectOf(
      "Subject: =?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=",
      " =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
    ),
    "If you can read this you understand the example.",
  );
  assertEquals(subjectOf("Subject: =?UTF-8?Q?=E2=82=AC?= =?x-made-up?q?=80?="), "€€");
  assertEquals(subjectOf("Subject: =?broken?="), "=?broken?=");
  assertEquals(subjectOf("Subject: caf\xe9, caf\xc3\xa9"), "café, cafÃ©"); // not UTF-8 as a whole
  assertEquals(subjectOf("Subject: caf\xc3\xa9"), "café");
});

Deno.test("readMail undoes transfer encodings and character sets", () => {
  const encoded = (encoding: string, charset: string, ...body: readonly string[]) =>
    textOf(
      `Content-Type: text/plain; charset=${charset}`,
      `Content-Transfer-Encoding: ${encoding}`,
      "",
      ...body,
    );
  assertEquals(encoded("quoted-printable", "utf-8", "caf=C3=A9 =3D x=", "y  ", "=zz"), "café = xy\n=zz");
  assertEquals(encoded("BASE64", '"iso-8859-1"', "Y2Fm", "6Q==", "-- ", "a footer"), "café");
  assertEquals(encoded("base64", "utf-8", "Y2Fm*w6k"), "café"); // without padding, with a stray sign
  assertEquals(encoded("base64", "utf-8", "Y2FmY"), "caf"); // cut
  assertEquals(encoded("8bit", "koi8-r", "\xc4\xc1"), "да");
  assertEquals(encoded("7bit", "DEFAULT_CHARSET", "caf\xe9"), "café");
  assertEquals(encoded("7bit", "us-ascii", "caf\xc3\xa9"), "café");
  assertEquals(encoded("x-unknown", "utf-8", "as it is"), "as it is");
  assertEquals(textOf("Content-Type: TEXT/HTML", "", "<p>a<p>b"), "a\nb");
  assertEquals(textOf("Content-Type: application/pdf", "", "%PDF"), "");
  assertEquals(textOf("Content-Type: nonsense", "", "text"), "text");
});

const ALTERNATIVE = [
  'Content-Type: multipart/alternative; boundary="=_b (1)"',
  "",
  "This is a multi-part message.",
  "--=_b (1)",
  "Content-Type: text/html",
  "",
  "<b>html</b>",
  "--=_b (1)  ",
  "",
  "plain",
  "--=_b (1)--",
  "epilogue",
];

Deno.test("readMail takes the plain one of alternatives, and all texts of other parts but attachments", () => {
  assertEquals(textOf(...ALTERNATIVE), "plain");
  assertEquals(textOf(...ALTERNATIVE.with(9, "   ")), "html"); // where the plain part is blank
  const mixed = [
    "Subject: s",
    "Content-Type: multipart/mixed;",
    ' boundary=outer; charset="x"',
    "",
    "--outer",
    ...ALTERNATIVE,
    "--outer",
    "Content-Disposition: attachment; filename=a.txt",
    "",
    "attached",
    "--outer",
    "Content-Type: message/rfc822",
    "",
    "Subject: inner",
    "",
    "forwarded",
    "--outer",
    "Content-Type: image/png",
    "Content-Transfer-Encoding: base64",
    "",
    "iVBORw0KGgo=",
    "--outer",
    "",
    "--outer-not",
    "last",
  ];
  assertEquals(readMail(mail(...mixed)), { subject: "s", text: "plain\n\nforwarded\n\n--outer-not\nlast" });
  assertEquals(textOf("Content-Type: multipart/mixed; boundary=x", "", "no part at all"), "no part at all");
  assertEquals(textOf("Content-Type: multipart/mixed", "", "no boundary"), "no boundary");
});

Deno.test("readMail bounds nesting and parts", () => {
  const nested = ["Content-Type: message/rfc822", ""];
  const deep = (depth: number) => mail(...Array.from({ length: depth }, () => nested).flat(), "", "text");
  assertEquals(readMail(deep(30)).text, "text");
  assertThrows(
    () => readMail(deep(31)),
    MalformedFileError,
    "expected parts nested at most 30 deep, got deeper ones",
  );
  const many = mail(
    "Content-Type: multipart/mixed; boundary=b",
    "",
    ...Array.from({ length: 50 }, () => "--b"),
  );
  assertEquals(readMail(many, { items: 51 }).text, "");
  assertThrows(() => readMail(many, { items: 50 }), MalformedFileError, "at most 50 members or rows");
});

Deno.test("readMail takes hostile mail in time", () => {
  readMail(mail("Content-Transfer-Encoding: quoted-printable", "", " ".repeat(300_000) + "x"));
  readMail(mail("Subject: " + "=?".repeat(100_000)));
  readMail(mail("Content-Type: a" + '; b="'.repeat(100_000)));
  readMail(mail("Content-Type: a", ..." ".repeat(100_000)));
});

Deno.test("readMail bounds the message", () => {
  assertEquals(readMail(mail("", "body"), { bytes: 5 }).text, "body");
  assertThrows(
    () => readMail(mail("", "body"), { bytes: 4 }),
    MalformedFileError,
    "at most 4 bytes of content",
  );
});

// Nearly any bytes are a mail; what is refused is too long or has too many parts.
testMutations("readMail", (bytes) => readMail(bytes, { items: 5, bytes: 320 }), [
  mail("Content-Type: multipart/mixed; boundary=b", "", "--b", "", "--b", "", "--b", "", "--b", "", "x"),
  mail(
    "Subject: =?utf-8?B?w6k=?= x",
    "Content-Type: multipart/mixed; boundary=o",
    "",
    "--o",
    ...ALTERNATIVE,
    "--o",
    "",
    "x",
  ),
  mail(
    "Subject: =?utf-8?Q?=E2=82=AC?=",
    "Content-Transfer-Encoding: base64",
    "Content-Type: text/html",
    "",
    "PHA+YSZhbXA7Yg==",
  ),
]);
