import { createDevice, setDefaultDevice } from "@verbatim/core";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { autoregress, recordForecasts } from "./forecasting.ts";

Deno.test("an autoregression finds the recurrence that a series follows, and goes on with it", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  // y[t] = 3 + y[t - 1] - y[t - 2], of period six around 3.
  const series = [4, 5];
  while (series.length < 20) series.push(3 + series.at(-1)! - series.at(-2)!);
  assertEquals(series.slice(6, 8), [4, 5]);
  const { parameters, forecasts } = await autoregress(Float32Array.from(series), 2, 12);
  assertEquals(forecasts.length, 18);
  forecasts.forEach((forecast, i) => assertAlmostEquals(forecast, series[i + 2]!, 1e-5));
  const [b, w] = [parameters["b"]!.values, parameters["w"]!.values];
  [b[0]!, w[0]!, w[1]!].forEach((value, i) => assertAlmostEquals(value, [3, 1, -1][i]!, 1e-5));
});

Deno.test("forecasts are measured on the part that was seen, from the first that there is, and on the other", () => {
  const metrics: Record<string, number> = {};
  recordForecasts({ metric: (name, value) => void (metrics[name] = value) }, {
    seen: Float32Array.of(9, 9, 1, 2),
    unseen: Float32Array.of(5, 3),
    first: 2,
    forecasts: Float32Array.of(1, 4, 5, 6), // errors 0, 2; 0, 3
  });
  assertEquals(metrics, {
    trainRmse: Math.sqrt(4 / 2),
    testRmse: Math.sqrt(9 / 2),
    testMae: 3 / 2,
    persistenceRmse: Math.sqrt((9 + 4) / 2),
  });
});
