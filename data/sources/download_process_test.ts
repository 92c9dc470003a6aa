import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { filesBelow, withDirectory } from "../_toy_dataset.ts";

const SCRIPT = fileURLToPath(new URL("_download_one.ts", import.meta.url));
const LENGTH = 20_000_000;
const CONTENT = Uint8Array.from({ length: LENGTH }, (_, i) => (i * i) >> 9);

/** Starts a process of its own that downloads, with the network of these hosts only. */
function start(
  url: string,
  folder: string,
  hosts: string,
  env: Record<string, string> = {},
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-q",
      "--no-prompt",
      `--allow-net=${hosts}`,
      "--allow-read",
      `--allow-write=${folder}`,
      SCRIPT,
      url,
      folder,
    ],
    env,
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** The last line that a process prints. */
async function outcome(process: Deno.ChildProcess): Promise<string | undefined> {
  const { stdout } = await process.output();
  return new TextDecoder().decode(stdout).trim().split("\n").at(-1);
}

/** Serves with `handler` while a test runs. */
async function serving(handler: Deno.ServeHandler, test: (port: number) => Promise<void>): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  try {
    await test(server.addr.port);
  } finally {
    await server.shutdown();
  }
}

Deno.test("a download goes on after its process was killed", () =>
  withDirectory((folder) => {
    const starts: number[] = [];
    return serving((request) => {
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1] ?? 0);
      starts.push(from);
      let at = from;
      // Slowly at first, so that there is time to kill.
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          if (starts.length === 1) await new Promise((resolve) => setTimeout(resolve, 5));
          if (at >= LENGTH) return controller.close();
          controller.enqueue(CONTENT.subarray(at, at += 100_000));
        },
      });
      const headers = { etag: '"1"', "content-length": `${LENGTH - from}` };
      if (from === 0) return new Response(body, { headers });
      const range = { "content-range": `bytes ${from}-${LENGTH - 1}/${LENGTH}` };
      return new Response(body, { status: 206, headers: { ...headers, ...range } });
    }, async (port) => {
      const url = `http://127.0.0.1:${port}/file`;
      const first = start(url, folder, "127.0.0.1");
      let printed = 0;
      for await (const chunk of first.stdout) {
        printed = Number(new TextDecoder().decode(chunk).trim().split("\n").at(-1));
        if (printed > 1_000_000) break;
      }
      first.kill("SIGKILL");
      assertEquals((await first.status).success, false);
      assertEquals(filesBelow(folder).length, 2);
      assertEquals(await outcome(start(url, folder, "127.0.0.1")), `whole: ${LENGTH}`);
      assertEquals(starts.length, 2);
      assert(starts[1]! >= 1_000_000, `it went on at ${starts[1]}`);
      assertEquals(filesBelow(folder), []);
    });
  }));

Deno.test("a download goes through the proxy of the environment, unless NO_PROXY names the host", () =>
  withDirectory(async (folder) => {
    const asked: string[] = [];
    // A request to a proxy carries the whole address.
    const proxy: Deno.ServeHandler = (request) => {
      asked.push(request.url);
      return new Response("through the proxy");
    };
    await serving(proxy, (port) =>
      serving(() => new Response("direct"), async (direct) => {
        const env = { HTTP_PROXY: `http://127.0.0.1:${port}`, http_proxy: "", NO_PROXY: "localhost" };
        assertEquals(await outcome(start("http://data.example/x", folder, "data.example", env)), "whole: 17");
        assertEquals(asked, ["http://data.example/x"]);
        const url = `http://localhost:${direct}/x`;
        assertEquals(await outcome(start(url, folder, "localhost", env)), "whole: 6");
        assertEquals(asked.length, 1);
      }));
  }));

Deno.test("a download says which host it was redirected to and may not reach", () =>
  withDirectory((folder) =>
    serving(
      (request) => Response.redirect(request.url.replace("127.0.0.1", "localhost"), 302),
      async (port) => {
        const said = await outcome(start(`http://127.0.0.1:${port}/x`, folder, "127.0.0.1"));
        assertEquals(
          said,
          `failed: this command may not reach localhost:${port} (permissions "net" in deno.json)`,
        );
        assertEquals(filesBelow(folder), []);
      },
    )
  ));
