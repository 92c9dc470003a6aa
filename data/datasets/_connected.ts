/**
 * Groups rows that are connected by keys: two rows are of one group if they have a key in common, or are both of one
 * group with a third.
 *
 * *Shapes* `keys[kind][row]` is the row's key of a kind, and "" if it has none; the result is the number of the first
 * row of each row's group.
 */
export function connected(keys: readonly (readonly string[])[]): Uint32Array {
  const parents = Uint32Array.from(keys[0] ?? [], (_, row) => row);
  const firstOf = (row: number) => {
    while (parents[row] !== row) row = parents[row] = parents[parents[row]!]!;
    return row;
  };
  for (const kind of keys) {
    const rows = new Map<string, number>();
    kind.forEach((key, row) => {
      const other = key === "" ? undefined : rows.get(key);
      if (other === undefined) rows.set(key, row);
      else {
        const [a, b] = [firstOf(row), firstOf(other)];
        parents[a > b ? a : b] = a > b ? b : a;
      }
    });
  }
  return parents.map((_, row) => firstOf(row));
}
