import * as v from "valibot";

const Finite = v.pipe(v.number(), v.finite());
const Text = v.string();
const Size = v.pipe(v.number(), v.integer(), v.minValue(1));

const head = {
  name: v.pipe(
    Text,
    v.regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "expected a kebab-case name"),
    v.check(
      (name) => !/^(report|curves(-\d+)?|confusion|predictions)$/.test(name),
      "expected a name that no file of a report has",
    ),
  ),
  title: Text,
  caption: Text,
};
const axis = { title: Text, scale: v.picklist(["linear", "logarithmic", "years"]) };

const PlotSchema = v.strictObject({
  kind: v.literal("plot"),
  ...head,
  x: v.strictObject(axis),
  y: v.strictObject({ ...axis, format: v.picklist(["number", "percent"]) }),
  series: v.array(v.strictObject({
    label: Text,
    mark: v.picklist(["line", "points"]),
    points: v.array(v.strictObject({ x: Finite, y: Finite })),
  })),
});

const TableSchema = v.pipe(
  v.strictObject({
    kind: v.literal("table"),
    ...head,
    columns: v.array(Text),
    rows: v.array(v.array(Text)),
  }),
  v.check(
    ({ columns, rows }) => rows.every((row) => row.length === columns.length),
    "expected a cell for each column",
  ),
);

const PicturesSchema = v.strictObject({
  kind: v.literal("pictures"),
  ...head,
  height: Size,
  width: Size,
  columns: v.exactOptional(Size),
  pictures: v.array(v.strictObject({ label: Text, pixels: Text })),
});

/** Reads and checks an exhibit. */
export const ExhibitSchema = v.union([PlotSchema, TableSchema, PicturesSchema]);
