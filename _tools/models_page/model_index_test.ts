import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { buildModelsModule, buildRegistry, findModelFiles } from "./model_index.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

Deno.test("the lists of models hold what the folders hold: deno task index writes them", async () => {
  const files = await findModelFiles(root);
  for (const [name, text] of [["mod", buildModelsModule(files)], ["registry", buildRegistry(files)]]) {
    assertEquals(
      await Deno.readTextFile(`${root}models/${name}.ts`),
      text,
      `models/${name}.ts is out of date`,
    );
  }
});

Deno.test("files stand by family and name, private files and tests do not, entries by their constants", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const write = async (path: string, text: string) => {
      await Deno.mkdir(`${folder}/models/${path.split("/")[0]}`, { recursive: true });
      await Deno.writeTextFile(`${folder}/models/${path}`, text);
    };
    const entry = (name: string, kind: string) =>
      `export const ${name}: Registered${kind} = define${kind}({});\n`;
    await write("vision/resnet.ts", entry("resnetModel", "Model") + entry("plainModel", "Model"));
    await write("classical/pca.ts", entry("pcaMethod", "Method"));
    await write("classical/pca_test.ts", entry("wrong", "Method"));
    await write("classical/_shared.ts", entry("wrong", "Method"));
    await write("ageing/words.ts", "export const words = 1;");
    const files = await findModelFiles(folder);
    assertEquals(files, [
      { family: "classical", stem: "pca", entries: ["pcaMethod"] },
      { family: "vision", stem: "resnet", entries: ["resnetModel", "plainModel"] },
      { family: "ageing", stem: "words", entries: [] },
    ]);
    assertEquals(
      buildRegistry(files).match(/^import \{.*$/gm),
      [
        'import { pcaMethod } from "./classical/pca.ts";',
        'import { plainModel, resnetModel } from "./vision/resnet.ts";',
      ],
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
