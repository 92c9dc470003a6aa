import { assertEquals, assertThrows } from "@std/assert";
import { filesBelow, withDirectory } from "../_toy_dataset.ts";
import { type OpenForWriting, writeAtomically } from "./write_atomically.ts";

const text = (value: string) => new TextEncoder().encode(value);

Deno.test("writeAtomically makes folders, writes all pieces, and replaces what was there", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/a/b/file`;
    writeAtomically(path, (write) => {
      write(text("one "));
      write(text(""));
      write(text("two"));
    });
    assertEquals(await Deno.readTextFile(path), "one two");
    writeAtomically(path, (write) => write(text("three")));
    assertEquals(await Deno.readTextFile(path), "three");
    assertEquals(filesBelow(directory), ["a/b/file"]);
  }));

Deno.test("writeAtomically writes on after a short write", () =>
  withDirectory(async (directory) => {
    const oneByteAtATime: OpenForWriting = (path) => {
      const file = Deno.openSync(path, { write: true, createNew: true });
      return {
        writeSync: (chunk) => file.writeSync(chunk.subarray(0, 1)),
        syncSync: () => file.syncSync(),
        close: () => file.close(),
      };
    };
    writeAtomically(`${directory}/file`, (write) => write(text("slowly")), oneByteAtATime);
    assertEquals(await Deno.readTextFile(`${directory}/file`), "slowly");
  }));

/** A disk with room for a few bytes. */
function fullAfter(bytes: number): OpenForWriting {
  return (path) => {
    const file = Deno.openSync(path, { write: true, createNew: true });
    let room = bytes;
    return {
      writeSync(chunk) {
        if (room === 0) throw new Error("No space left on device (os error 28)");
        const count = file.writeSync(chunk.subarray(0, room));
        room -= count;
        return count;
      },
      syncSync: () => file.syncSync(),
      close: () => file.close(),
    };
  };
}

Deno.test("writeAtomically leaves the old file and no other when the disk is full", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/file`;
    writeAtomically(path, (write) => write(text("old")));
    assertThrows(
      () => writeAtomically(path, (write) => write(text("something new")), fullAfter(4)),
      Error,
      `Cannot write "${path}": expected room and permission, got "No space left on device`,
    );
    assertEquals(await Deno.readTextFile(path), "old");
    assertEquals(filesBelow(directory), ["file"]);
  }));

Deno.test("writeAtomically leaves nothing when the producer fails", () =>
  // deno-lint-ignore require-await -- the helper takes asynchronous tests.
  withDirectory(async (directory) => {
    assertThrows(
      () =>
        writeAtomically(`${directory}/file`, (write) => {
          write(text("half"));
          throw new RangeError("no more");
        }),
      Error,
      "no more",
    );
    assertEquals(filesBelow(directory), []);
  }));

Deno.test("writeAtomically lets writers of one name overlap", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/file`;
    writeAtomically(path, (write) => {
      write(text("outer "));
      writeAtomically(path, (writeInner) => writeInner(text("inner")));
      assertEquals(Deno.readTextFileSync(path), "inner");
      write(text("writer"));
    });
    assertEquals(await Deno.readTextFile(path), "outer writer");
    assertEquals(filesBelow(directory), ["file"]);
  }));
