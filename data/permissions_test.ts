import { assert, assertEquals } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { datasets } from "./datasets/registry.ts";

const { train, data } = config.permissions;

Deno.test("the permissions train and data fetch data alike", () => {
  assertEquals(train.net, data.net);
  assertEquals(train.run, data.run);
  assertEquals(train.read, data.read);
});

Deno.test("every data set can be fetched with the permissions of deno task data", () => {
  for (const { name, files } of datasets) {
    for (const source of files.flatMap((file) => file.sources)) {
      if (source.kind === "url") {
        const { hostname } = new URL(source.url);
        assert(data.net.includes(hostname), `${name}: ${hostname} is not in the lists "net" of deno.json`);
      } else if (source.kind === "debian") {
        const readable = data.read.some((folder) => source.path.startsWith(`${folder}/`));
        assert(readable, `${name}: no folder of the lists "read" of deno.json holds ${source.path}`);
      }
    }
  }
});
