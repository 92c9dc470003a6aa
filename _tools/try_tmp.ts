import { measurePeak } from "./bench/peak.ts";
for (const w of [1, 2]) console.log(w, await measurePeak(w));
