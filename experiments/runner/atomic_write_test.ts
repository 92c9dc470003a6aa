import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { diskWriter, type FileWriter, writeFileAtomically, writeFileIfChanged } from "./atomic_write.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

/** A disk with room for so many bytes, which writes at most three bytes a call. */
function smallDisk(room: number): FileWriter {
  return {
    ...diskWriter,
    async create(path) {
      const file = await diskWriter.create(path);
      return {
        write(bytes) {
          if (room === 0) return Promise.reject(Object.assign(new Error("os error 28"), { code: "ENOSPC" }));
          const some = bytes.subarray(0, Math.min(3, room));
          room -= some.length;
          return file.write(some);
        },
        sync: () => file.sync(),
        close: () => file.close(),
      };
    },
  };
}

Deno.test("a file is written whole, in a folder that is made", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a", "b", "file");
    const pieces = [new Uint8Array([1, 2, 3, 4, 5]), new Uint8Array(0), new Uint8Array([6])];
    await writeFileAtomically(path, pieces, smallDisk(100));
    assertEquals(await Deno.readFile(path), new Uint8Array([1, 2, 3, 4, 5, 6]));
    await writeFileAtomically(path, "new");
    assertEquals(await Deno.readTextFile(path), "new");
    assertEquals(names(join(folder, "a", "b")), ["file"]);
  }));

Deno.test("a full disk keeps the old content, leaves nothing behind and says so", () =>
  inFolder(async (folder) => {
    const path = join(folder, "file");
    for (let room = 0; room < 10; room++) {
      await writeFileAtomically(path, "old");
      const message = `Cannot write ${path} (10 bytes): the disk is full`;
      await assertRejects(() => writeFileAtomically(path, "0123456789", smallDisk(room)), Error, message);
      assertEquals(await Deno.readTextFile(path), "old");
      assertEquals(names(folder), ["file"]);
    }
  }));

Deno.test("a failed flush or rename leaves nothing behind", () =>
  inFolder(async (folder) => {
    const path = join(folder, "file");
    const broken: FileWriter = { ...diskWriter, rename: () => Promise.reject(new Error("no rename")) };
    await assertRejects(() => writeFileAtomically(path, "x", broken), Error, "(1 bytes): no rename");
    assertEquals(names(folder), []);
  }));

Deno.test("an unchanged file is not touched", () =>
  inFolder(async (folder) => {
    const path = join(folder, "file");
    assertEquals(await writeFileIfChanged(path, "same"), true);
    assertEquals(await writeFileIfChanged(path, "same", smallDisk(0)), false);
    assertEquals(await writeFileIfChanged(path, "other"), true);
  }));
