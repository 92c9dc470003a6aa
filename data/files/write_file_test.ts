import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { filesBelow, withDirectory } from "../_toy_dataset.ts";
import {
  diskWriter,
  FileWriteError,
  type FileWriter,
  writeFileAtomically,
  writeFileIfChanged,
} from "./write_file.ts";

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
  withDirectory(async (folder) => {
    const path = join(folder, "a", "b", "file");
    const pieces = [new Uint8Array([1, 2, 3, 4, 5]), new Uint8Array(0), new Uint8Array([6])];
    await writeFileAtomically(path, pieces, { writer: smallDisk(100) });
    assertEquals(await Deno.readFile(path), new Uint8Array([1, 2, 3, 4, 5, 6]));
    await writeFileAtomically(path, "new");
    assertEquals(await Deno.readTextFile(path), "new");
    assertEquals(filesBelow(join(folder, "a", "b")), ["file"]);
  }));

Deno.test("a full disk keeps the old content, leaves nothing behind and says so", () =>
  withDirectory(async (folder) => {
    const path = join(folder, "file");
    for (let room = 0; room < 10; room++) {
      await writeFileAtomically(path, "old");
      const message = `Cannot write ${path}: the disk is full; make room and run again`;
      await assertRejects(
        () => writeFileAtomically(path, "0123456789", { writer: smallDisk(room) }),
        Error,
        message,
      );
      assertEquals(await Deno.readTextFile(path), "old");
      assertEquals(filesBelow(folder), ["file"]);
    }
  }));

Deno.test("a failed flush or rename leaves nothing behind", () =>
  withDirectory(async (folder) => {
    const path = join(folder, "file");
    const broken: FileWriter = { ...diskWriter, rename: () => Promise.reject(new Error("no rename")) };
    await assertRejects(
      () => writeFileAtomically(path, "x", { writer: broken }),
      FileWriteError,
      "no rename",
    );
    assertEquals(filesBelow(folder), []);
  }));

Deno.test("an unchanged file is not touched", () =>
  withDirectory(async (folder) => {
    const path = join(folder, "file");
    assertEquals(await writeFileIfChanged(path, "same"), true);
    assertEquals(await writeFileIfChanged(path, "same", { writer: smallDisk(0) }), false);
    assertEquals(await writeFileIfChanged(path, "other"), true);
  }));

Deno.test("nothing is left when the pieces cannot be made", () =>
  withDirectory(async (folder) => {
    function* pieces() {
      yield new Uint8Array([1]);
      throw new RangeError("no more");
    }
    await assertRejects(() => writeFileAtomically(join(folder, "file"), pieces()), FileWriteError, "no more");
    assertEquals(filesBelow(folder), []);
  }));

Deno.test("writers of one file overlap, and the last to finish wins", () =>
  withDirectory(async (folder) => {
    const path = join(folder, "file");
    let meanwhile = Promise.resolve();
    function* outer() {
      yield new Uint8Array([1]);
      meanwhile = writeFileAtomically(path, "inner");
      yield new Uint8Array([2]);
    }
    const slow: FileWriter = {
      ...diskWriter,
      async rename(from, to) {
        await meanwhile;
        assertEquals(await Deno.readTextFile(path), "inner");
        await diskWriter.rename(from, to);
      },
    };
    await writeFileAtomically(path, outer(), { writer: slow });
    assertEquals(await Deno.readFile(path), new Uint8Array([1, 2]));
    assertEquals(filesBelow(folder), ["file"]);
  }));

Deno.test("the temporary file may lie in another folder", () =>
  withDirectory(async (folder) => {
    const path = join(folder, "file");
    const created: string[] = [];
    const writer: FileWriter = {
      ...diskWriter,
      create(path) {
        created.push(path);
        return diskWriter.create(path);
      },
    };
    const temporaryFolder = join(folder, "inner");
    await writeFileAtomically(path, "text", { writer, temporaryFolder });
    assertEquals(await Deno.readTextFile(path), "text");
    assertEquals(filesBelow(temporaryFolder), []);
    for (const name of created) assertEquals(name.startsWith(temporaryFolder), true, name);
  }));

Deno.test("what stands in the way of a file is named", () =>
  withDirectory(async (folder) => {
    const path = join(folder, "name");
    await Deno.mkdir(join(path, "inner"), { recursive: true });
    await assertRejects(
      () => writeFileAtomically(path, "x"),
      FileWriteError,
      `Cannot write ${path}: a folder has that name; move it away`,
    );
    assertEquals(filesBelow(folder), []);
    await writeFileAtomically(join(folder, "plain"), "x");
    await assertRejects(
      () => writeFileAtomically(join(folder, "plain", "file"), "x"),
      FileWriteError,
      "a file has the name of its folder; move it away",
    );
  }));
