import { failAs } from "../readers/malformed.ts";
import type { Picture } from "../readers/png.ts";

/** Where a tile stands in its sheet: the column and the row of its upper left pixel. */
export type Place = readonly [x: number, y: number];

/**
 * Cuts square tiles out of a sheet of pictures.
 *
 * *Shapes* [height, width, channels] -> [places, side, side, channels].
 * @throws {MalformedFileError} if a tile reaches beyond the sheet.
 */
export function cutTiles(sheet: Picture, side: number, places: readonly Place[]): Uint8Array<ArrayBuffer> {
  const { width, height, channels, pixels } = sheet;
  const rowLength = side * channels;
  const tiles = new Uint8Array(places.length * side * rowLength);
  places.forEach(([x, y], i) => {
    if (!(x >= 0 && y >= 0 && x + side <= width && y + side <= height)) {
      failAs("a sheet of pictures")(`pixels to ${x + side}, ${y + side}`, `${width} x ${height}`);
    }
    for (let row = 0; row < side; row++) {
      const start = ((y + row) * width + x) * channels;
      tiles.set(pixels.subarray(start, start + rowLength), (i * side + row) * rowLength);
    }
  });
  return tiles;
}
