/** Joins columns of numbers side by side: row r is [columns[0][r], columns[1][r], ...]. */
export function sideBySide(columns: readonly ArrayLike<number>[]): Float32Array<ArrayBuffer> {
  const width = columns.length;
  const values = new Float32Array(width * (columns[0]?.length ?? 0));
  columns.forEach((column, c) => {
    for (let r = 0; r < column.length; r++) values[r * width + c] = column[r]!;
  });
  return values;
}
