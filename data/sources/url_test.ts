import { assertEquals, assertRejects } from "@std/assert";
import { type OnProgress, SourceFailure } from "./events.ts";
import { withDirectory } from "../_toy_dataset.ts";
import { servingConnections } from "./_stand_ins.ts";
import { PartialFile } from "./partial_file.ts";
import { Downloads, downloadUrl as downloadInto, type Patience } from "./url.ts";

const PATIENCE = { timeoutMs: 300, retryDelaysMs: [1, 1] };
const CONTENT = Uint8Array.from({ length: 100_000 }, (_, i) => i * 7);
const LIMIT = 200_000;

/** Downloads without anything to go on with. */
async function downloadUrl(url: string, limit: number, patience: Patience, onProgress: OnProgress) {
  const folder = Deno.makeTempDirSync();
  try {
    using partial = await PartialFile.open(folder, url);
    return await downloadInto(url, limit, patience, partial, onProgress);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Serves `handler` on this machine while a test runs; the test gets the address and the paths that were asked for. */
async function serving(
  handler: (request: Request, count: number) => Response | Promise<Response>,
  test: (address: string, asked: string[]) => Promise<void>,
): Promise<void> {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    asked.push(new URL(request.url).pathname);
    return handler(request, asked.length);
  });
  try {
    await test(`http://127.0.0.1:${server.addr.port}`, asked);
  } finally {
    await server.shutdown();
  }
}

/** Answers with raw bytes: what no HTTP server would send. */
function servingRaw(answer: Uint8Array, test: (address: string) => Promise<void>): Promise<void> {
  return servingConnections(
    async (_, connection) => void await connection.write(answer),
    (address) => test(`${address}/`),
  );
}

const quiet = () => {};

Deno.test("downloadUrl gives the bytes and reports its progress", () =>
  serving(() => new Response(CONTENT), async (address) => {
    const reports: [number, number | null][] = [];
    const bytes = await downloadUrl(`${address}/x`, LIMIT, PATIENCE, (...report) => reports.push(report));
    assertEquals(bytes, CONTENT);
    assertEquals(reports.at(-1), [CONTENT.length, CONTENT.length]);
  }));

Deno.test("downloadUrl follows redirects", () =>
  serving(
    (request) => {
      const { pathname, origin } = new URL(request.url);
      return pathname === "/new" ? new Response(CONTENT) : Response.redirect(`${origin}/new`, 302);
    },
    async (address, asked) => {
      assertEquals(await downloadUrl(`${address}/old`, LIMIT, PATIENCE, quiet), CONTENT);
      assertEquals(asked, ["/old", "/new"]);
    },
  ));

Deno.test("downloadUrl does not repeat a request that the server refuses", () =>
  serving(() => new Response("no", { status: 404 }), async (address, asked) => {
    await assertRejects(
      () => downloadUrl(address, LIMIT, PATIENCE, quiet),
      SourceFailure,
      "HTTP 404 Not Found",
    );
    assertEquals(asked.length, 1);
  }));

Deno.test("downloadUrl repeats a request after a server's error", () =>
  serving(
    (_, count) => count < 3 ? new Response("busy", { status: 503 }) : new Response(CONTENT),
    async (address, asked) => {
      assertEquals(await downloadUrl(address, LIMIT, PATIENCE, quiet), CONTENT);
      assertEquals(asked.length, 3);
    },
  ));

Deno.test("downloadUrl gives up after the last repetition", () =>
  serving(() => new Response("busy", { status: 503 }), async (address, asked) => {
    await assertRejects(() => downloadUrl(address, LIMIT, PATIENCE, quiet), SourceFailure, "HTTP 503");
    assertEquals(asked.length, 3);
  }));

Deno.test("downloadUrl refuses what is announced to be, or is, over the limit", () =>
  serving(
    (request) => {
      if (new URL(request.url).pathname === "/announced") return new Response(CONTENT);
      let sent = 0;
      // Never ends: only counting helps.
      return new Response(
        new ReadableStream({
          pull(controller) {
            controller.enqueue(CONTENT);
            sent += CONTENT.length;
            if (sent > 1e9) controller.close();
          },
        }),
      );
    },
    async (address, asked) => {
      await assertRejects(
        () => downloadUrl(`${address}/announced`, 99_999, PATIENCE, quiet),
        SourceFailure,
        "too long: it announces 100000 bytes, the limit is 99999",
      );
      await assertRejects(
        () => downloadUrl(`${address}/endless`, LIMIT, PATIENCE, quiet),
        SourceFailure,
        "too long: more than the limit of 200000 bytes",
      );
      assertEquals(asked, ["/announced", "/endless"]);
    },
  ));

Deno.test("downloadUrl gives up on a server that says nothing, or stops in the middle", () => {
  const over = Promise.withResolvers<void>();
  return serving(
    async (request) => {
      if (new URL(request.url).pathname === "/stops") {
        return new Response(new ReadableStream({ start: (controller) => controller.enqueue(CONTENT) }));
      }
      await over.promise;
      return new Response("late");
    },
    async (address) => {
      const impatient = { timeoutMs: 60, retryDelaysMs: [] };
      for (const path of ["silent", "stops"]) {
        await assertRejects(
          () => downloadUrl(`${address}/${path}`, LIMIT, impatient, quiet),
          SourceFailure,
          "no answer within 60 ms",
        );
      }
      over.resolve();
    },
  );
});

Deno.test("downloadUrl notices a connection that breaks in the middle, again and again", () =>
  servingRaw(
    new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nshort"),
    async (address) => {
      await assertRejects(() => downloadUrl(address, LIMIT, PATIENCE, quiet), SourceFailure, "broken off: ");
    },
  ));

Deno.test("Downloads does not wait twice for a host that cannot be reached", () =>
  withDirectory(async (folder) => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    const downloads = new Downloads(folder, { timeoutMs: 1000, retryDelaysMs: [200] }, quiet);
    const get = (name: string) =>
      assertRejects(
        () => downloads.get(`http://127.0.0.1:${port}/${name}`, name, LIMIT, (bytes) => bytes),
        SourceFailure,
      );
    const first = await get("a");
    const before = performance.now();
    const second = await get("b");
    assertEquals(second.message, first.message);
    assertEquals(performance.now() - before < 150, true);
  }));

Deno.test("downloadUrl refuses to follow redirects in circles, or to no web address", async () => {
  const locations: Record<string, string> = { "/circle": "/circle", "/file": "file:///etc/passwd" };
  await serving(
    (request) =>
      new Response(null, { status: 302, headers: { location: locations[new URL(request.url).pathname]! } }),
    async (address, asked) => {
      const refused = (path: string, reason: string) =>
        assertRejects(() => downloadUrl(`${address}${path}`, LIMIT, PATIENCE, quiet), SourceFailure, reason);
      await refused("/circle", "more than 10 redirects");
      assertEquals(asked.length, 11);
      await refused("/file", "redirected to no web address (file:///etc/passwd)");
    },
  );
});

Deno.test("downloadUrl waits as long as a server asks for, unless that is too long", () =>
  serving(
    (request, count) =>
      count % 2 === 0 ? new Response(CONTENT) : new Response("busy", {
        status: 429,
        headers: {
          "retry-after": {
            "/soon": "0",
            "/second": "1",
            "/date": new Date(Date.now() + 1500).toUTCString(),
            "/later": "3600",
          }[new URL(request.url).pathname]!,
        },
      }),
    async (address) => {
      for (
        const [path, least, most] of [["soon", 0, 5000], ["second", 990, 5000], ["date", 0, 5000]] as const
      ) {
        const before = performance.now();
        assertEquals(await downloadUrl(`${address}/${path}`, LIMIT, PATIENCE, quiet), CONTENT);
        const waited = performance.now() - before;
        assertEquals(waited >= least && waited < most, true, `${path}: ${waited} ms`);
      }
      await assertRejects(
        () => downloadUrl(`${address}/later`, LIMIT, PATIENCE, quiet),
        SourceFailure,
        "HTTP 429 Too Many Requests; it asks to come again in 3600 s",
      );
    },
  ));

Deno.test("downloadUrl ends a download that takes too long, however busy the server is", () =>
  serving(
    () => {
      let timer: ReturnType<typeof setInterval> | undefined;
      return new Response(
        new ReadableStream({
          start(controller) {
            timer = setInterval(() => controller.enqueue(Uint8Array.of(1)), 20);
          },
          cancel: () => clearInterval(timer),
        }),
      );
    },
    async (address) => {
      await assertRejects(
        () => downloadUrl(address, LIMIT, { ...PATIENCE, totalMs: 150 }, quiet),
        SourceFailure,
        "too slow",
      );
    },
  ));
