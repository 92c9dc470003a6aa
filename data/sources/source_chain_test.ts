import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { gzipSync } from "fflate";
import { filesBelow, fillCache, type Toy, toyDataset, withDirectory } from "../_toy_dataset.ts";
import type { Source, SourceFile } from "../dataset.ts";
import { readTar } from "../readers/tar.ts";
import { DataUnavailableError, SourceChain } from "./source_chain.ts";

/** Opens a chain that waits for nobody, and collects its notices. */
function openChain(directory: string, offline = false, mirror?: string) {
  const notices: string[] = [];
  const chain = new SourceChain({
    directory,
    offline,
    ...(mirror === undefined ? {} : { mirror }),
    patience: { timeoutMs: 500, retryDelaysMs: [] },
    listener: (event) => event.kind === "notice" && notices.push(event.message),
  });
  return { chain, notices };
}

async function serving(
  answers: Readonly<Record<string, () => Response>>,
  test: (url: (path: string) => Source) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    return answers[new URL(request.url).pathname]?.() ?? new Response("no", { status: 404 });
  });
  try {
    await test((path) => ({ kind: "url", url: `http://127.0.0.1:${server.addr.port}${path}` }));
  } finally {
    await server.shutdown();
  }
}

const [POINTS, KINDS] = toyDataset().dataset.files;

function fileOf(toy: Toy, name: string) {
  return toy.dataset.files.find((file) => file.name === name)!;
}

Deno.test("SourceChain fetches, decodes, keeps, and then serves from the cache without the network", () =>
  withDirectory((directory) => {
    const { compressed, contents } = toyDataset();
    return serving({ "/kinds": () => new Response(compressed) }, async (url) => {
      const toy = toyDataset(() => [url("/kinds")]);
      const file = fileOf(toy, "kinds.bin.gz");
      const { chain } = openChain(directory);
      const fetched = await chain.obtain("toy-points", file);
      assertEquals(fetched.content, contents["kinds.bin.gz"]);
      assertMatch(fetched.servedBy, /^http:\/\/127\.0\.0\.1:\d+\/kinds$/);
      assertEquals(filesBelow(directory), ["cache/toy-points/kinds.bin", "cache/toy-points/kinds.bin.from"]);
      const offline = openChain(directory, true);
      const again = await offline.chain.obtain("toy-points", file);
      assertEquals(again.servedBy, `cache (from ${fetched.servedBy})`);
      assertEquals(offline.notices, []);
    });
  }));

Deno.test("SourceChain reports wrong content and takes the next source", () =>
  withDirectory((directory) => {
    const { compressed, contents } = toyDataset();
    const wrong = contents["kinds.bin.gz"].with(17, 3);
    return serving({
      "/wrong": () => new Response(new Uint8Array(gzipSync(wrong))),
      "/cut": () => new Response(compressed.slice(0, compressed.length >> 1)),
      "/right": () => new Response(compressed),
    }, async (url) => {
      const toy = toyDataset(() => [url("/missing"), url("/wrong"), url("/cut"), url("/right")]);
      const { chain, notices } = openChain(directory);
      const { content, servedBy } = await chain.obtain("toy-points", fileOf(toy, "kinds.bin.gz"));
      assertEquals(content, contents["kinds.bin.gz"]);
      assert(servedBy.endsWith("/right"));
      assertEquals(notices.length, 3);
      assertMatch(notices[0]!, /missing: HTTP 404 Not Found$/);
      assertMatch(notices[1]!, /wrong: wrong content: SHA-256 /);
      assertMatch(notices[2]!, /cut: not whole gzip data/);
    });
  }));

Deno.test("SourceChain repairs a cached file with a flipped bit, a cut one, and a long one", () =>
  withDirectory((directory) => {
    const { contents } = toyDataset();
    const good = contents["points.bin"];
    return serving({ "/points": () => new Response(good) }, async (url) => {
      const toy = toyDataset(() => [url("/points")]);
      fillCache(directory, toy);
      const path = `${directory}/cache/toy-points/points.bin`;
      const damages: [string, Uint8Array][] = [
        ["cache: wrong content", good.with(1000, good[1000]! ^ 1)],
        ["cache: truncated", good.subarray(0, 1000)],
        ["cache: too long", new Uint8Array([...good, 0])],
      ];
      for (const [said, bytes] of damages) {
        Deno.writeFileSync(path, bytes);
        const { chain, notices } = openChain(directory);
        const { content } = await chain.obtain("toy-points", fileOf(toy, "points.bin"));
        assertEquals(content, good);
        assert(notices[0]!.includes(said), notices[0]);
        assertEquals(Deno.readFileSync(path), good);
      }
    });
  }));

Deno.test("SourceChain takes an archive that a user put into the cache", () =>
  withDirectory(async (directory) => {
    const toy = toyDataset();
    Deno.mkdirSync(`${directory}/cache/toy-points`, { recursive: true });
    Deno.writeFileSync(`${directory}/cache/toy-points/kinds.bin.gz`, toy.compressed);
    const { chain } = openChain(directory, true);
    const { content } = await chain.obtain("toy-points", KINDS!);
    assertEquals(content, toy.contents["kinds.bin.gz"]);
  }));

Deno.test("SourceChain takes the file of an installed package", () =>
  withDirectory(async (directory) => {
    const installed = `${directory}/usr/kinds.bin.gz`;
    const toy = toyDataset(() => [{ kind: "debian", package: "toy", path: installed }]);
    Deno.mkdirSync(`${directory}/usr`);
    Deno.writeFileSync(installed, toy.compressed);
    const { chain } = openChain(directory, true);
    const { servedBy } = await chain.obtain("toy-points", fileOf(toy, "kinds.bin.gz"));
    assertEquals(servedBy, installed);
  }));

Deno.test("SourceChain says in one error what each source said and what to do", () =>
  withDirectory((directory) =>
    serving({}, async (url) => {
      const toy = toyDataset(
        () => [url("/gone"), { kind: "debian", package: "toy", path: "/nowhere/points.bin" }],
      );
      const { chain } = openChain(directory, true);
      const { message } = await assertRejects(
        () => chain.obtain("toy-points", fileOf(toy, "points.bin")),
        DataUnavailableError,
      );
      const cached = `${directory}/cache/toy-points/points.bin`;
      assertEquals(message.split("\n").slice(1).map((line) => line.replace(/:\d+\/gone/, "/gone")), [
        "  cache: not there",
        "  http://127.0.0.1/gone: not asked, because offline",
        "  /nowhere/points.bin: not there",
        "  Debian package toy: not asked, because offline",
        `What to do: run again without offline; or apt-get install toy; or put the file at ${cached}`,
      ]);
      assert(
        message.startsWith(
          `Cannot get "points.bin" of data set "toy-points": expected content with SHA-256 `,
        ),
      );
      const online = openChain(directory);
      const error = await assertRejects(
        () => online.chain.obtain("toy-points", { ...POINTS!, sources: [url("/gone")] }),
        DataUnavailableError,
        "/gone: HTTP 404 Not Found",
      );
      assert(error.message.includes("What to do: check the network and run again; or put the file at "));
      assertEquals(filesBelow(directory), []);
    })
  ));

Deno.test("SourceChain does not blame a source when the cache cannot be written", () =>
  withDirectory((directory) => {
    const { contents } = toyDataset();
    return serving({ "/points": () => new Response(contents["points.bin"]) }, async (url) => {
      const toy = toyDataset(() => [url("/points"), url("/points")]);
      Deno.writeTextFileSync(`${directory}/cache`, "a file where a folder should be");
      const { chain, notices } = openChain(directory);
      await assertRejects(
        () => chain.obtain("toy-points", fileOf(toy, "points.bin")),
        Error,
        "Cannot write ",
      );
      assertEquals(notices.filter((notice) => notice.includes("http")), []);
    });
  }));

Deno.test("SourceChain asks a mirror after the cache, for the file as it is served or decoded", () =>
  withDirectory(async (directory) => {
    const { dataset, compressed, contents } = toyDataset();
    const [points, kinds] = dataset.files;
    const mirror = `${directory}/mirror`;
    Deno.mkdirSync(`${mirror}/toy-points`, { recursive: true });
    const places: [string, Uint8Array][] = [["kinds.bin.gz", compressed], [
      "kinds.bin",
      contents["kinds.bin.gz"],
    ]];
    for (const [name, bytes] of places) {
      const path = `${mirror}/toy-points/${name}`;
      Deno.writeFileSync(path, bytes);
      const { chain, notices } = openChain(`${directory}/${name}`, true, mirror);
      const { content, servedBy } = await chain.obtain("toy-points", kinds!);
      assertEquals([content, servedBy], [contents["kinds.bin.gz"], path]);
      assertEquals((await chain.obtain("toy-points", kinds!)).servedBy, `cache (from ${path})`);
      await assertRejects(
        () => chain.obtain("toy-points", points!),
        DataUnavailableError,
        "points.bin: not there",
      );
      assertEquals(notices, []);
      Deno.removeSync(path);
    }
  }));

Deno.test("SourceChain asks a mirror on the web, which need not have everything", () =>
  withDirectory((directory) => {
    const { dataset, contents } = toyDataset();
    return serving({
      "/mirror/toy-points/kinds.bin": () => new Response(contents["kinds.bin.gz"]),
      "/points": () => new Response(contents["points.bin"]),
    }, async (url) => {
      const source = url("/mirror/");
      const mirror = source.kind === "url" ? source.url : "";
      const { chain, notices } = openChain(directory, false, mirror);
      const kinds = await chain.obtain("toy-points", dataset.files[1]!);
      assert(kinds.servedBy.endsWith("/mirror/toy-points/kinds.bin"));
      const points = await chain.obtain("toy-points", { ...dataset.files[0]!, sources: [url("/points")] });
      assert(points.servedBy.endsWith("/points"));
      assertEquals(notices, []);
      const offline = openChain(`${directory}/other`, true, mirror);
      await assertRejects(
        () => offline.chain.obtain("toy-points", dataset.files[1]!),
        DataUnavailableError,
        "kinds.bin.gz: not asked, because offline",
      );
    });
  }));

Deno.test("SourceChain says that only the content of a Debian package decides", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/points.bin`;
    const toy = toyDataset(() => [{ kind: "debian", package: "toy", path }]);
    Deno.writeFileSync(path, toy.contents["points.bin"].with(0, 1));
    const { chain } = openChain(directory, true);
    await assertRejects(
      () => chain.obtain("toy-points", fileOf(toy, "points.bin")),
      DataUnavailableError,
      "… (Debian's releases differ; only the content decides)",
    );
  }));

Deno.test("SourceChain packs the matching files of an installed package's folder, and keeps the archive", () =>
  withDirectory(async (directory) => {
    const folder = `${directory}/usr/share/toy`;
    Deno.mkdirSync(`${folder}/deep`, { recursive: true });
    Deno.writeTextFileSync(`${folder}/b.txt`, "second");
    Deno.writeTextFileSync(`${folder}/deep/a.txt`, "third");
    Deno.writeTextFileSync(`${folder}/B.txt`, "first");
    Deno.writeTextFileSync(`${folder}/c.csv`, "no member");
    // Windows makes links for administrators only.
    if (Deno.build.os !== "windows") Deno.symlinkSync("b.txt", `${folder}/link.txt`);
    // Python's tarfile with USTAR_FORMAT, mode 0o644 and two empty blocks at the end.
    const file: SourceFile = {
      name: "texts.tar",
      encoding: "plain",
      sha256: "bffb961693da3983c163c8b60aaa5c574fa369369e85ab704ebf37e6ae7813fb",
      bytes: 4096,
      members: /\.txt$/,
      sources: [{ kind: "debian", package: "toy", path: folder }],
    };
    const { chain } = openChain(directory, true);
    const { content, servedBy } = await chain.obtain("toy-points", file);
    assertEquals(servedBy, folder);
    assertEquals([...readTar(content).keys()], ["B.txt", "b.txt", "deep/a.txt"]);
    assertEquals((await chain.obtain("toy-points", file)).servedBy, `cache (from ${folder})`);
    const missing = { ...file, name: "none.tar", members: /nothing/ };
    await assertRejects(
      () => chain.obtain("toy-points", missing),
      DataUnavailableError,
      `no file below "${folder}" matches /nothing/`,
    );
  }));
