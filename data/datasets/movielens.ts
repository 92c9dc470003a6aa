import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { type Fail, failAs } from "../readers/malformed.ts";
import { readRDatabase } from "../readers/r_data.ts";
import { type RFrame, rFrame } from "../readers/r_value.ts";
import { contentOf } from "./_content.ts";
import { dslabs } from "./_packages.ts";
import { levelsOf, numbersOf, textsOf, wholeNumbersOf } from "./_r_columns.ts";
import { splitRows } from "./_split_rows.ts";

const GENRES = [
  ..."Action|Adventure|Animation|Children|Comedy|Crime|Documentary|Drama|Fantasy|Film-Noir|Horror|IMAX".split(
    "|",
  ),
  ..."Musical|Mystery|Romance|Sci-Fi|Thriller|War|Western".split("|"),
];
const NO_GENRE = "(no genres listed)";
const fail: Fail = failAs("the ratings");

const movies: Readonly<Record<"movieId" | "title" | "year" | "genres", Column>> = {
  movieId: { dtype: "u32", shape: [], description: "MovieLens' number of the film" },
  title: { dtype: "utf8", description: "title; empty for five films" },
  year: { dtype: "i32", shape: [], description: "year of release, 1902 to 2016; 0 for five films" },
  genres: { dtype: "list", of: "u8", description: "genres, also none", classes: GENRES },
};
const ratings: Readonly<Record<"user" | "movie" | "rating" | "time", Column>> = {
  user: { dtype: "u32", shape: [], description: "number of the user, 0 to 670" },
  movie: { dtype: "u32", shape: [], description: "the film: row of the movies" },
  rating: { dtype: "f32", shape: [], description: "stars, 0.5 to 5 in halves" },
  time: { dtype: "u32", shape: [], description: "seconds since 1970-01-01 UTC" },
};

/** MovieLens (latest small, 2016): 100,004 ratings of 9,066 films by 671 users. */
export const movielens: Dataset = defineDataset({
  name: "movielens",
  title: "MovieLens, latest small",
  description:
    "100,004 ratings of 9,066 films by 671 users of MovieLens, from 1995 to 2016, with the films' genres.",
  licence: "Artistic-2.0",
  citation: "F. Maxwell Harper, Joseph A. Konstan: The MovieLens Datasets: History and Context. ACM " +
    "Transactions on Interactive Intelligent Systems 5(4), 2015.",
  origin: "https://grouplens.org/datasets/movielens/latest/",
  notes: [
    "The licence is that of R's package dslabs, whose table this is; GroupLens allows use for " +
    "research, and asks that the ratings are not used to earn money or handed on without permission.",
    "The latest small set changes: this is the one of October 2016.",
    "Every user has at least 20 ratings. 1,508 test ratings are of films without a training rating.",
  ],
  splitRule:
    "The latest fifth of each user's ratings, rounded down, is the test set (of equal times, the later " +
    "rows): the future of that user's training ratings.",
  files: dslabs,
  splits: {
    movies: { rows: 9066, columns: movies },
    train: { rows: 80_251, columns: ratings },
    test: { rows: 19_753, columns: ratings },
  },
  decode(files) {
    const content = (name: string) => contentOf(files, "MovieLens", name);
    const frame = rFrame(readRDatabase(content("Rdata.rdx"), content("Rdata.rdb")).read("movielens"));
    const ids = wholeNumbersOf(frame, "movieId");
    const user = Uint32Array.from(wholeNumbersOf(frame, "userId"), (id) => id - 1);
    const time = Uint32Array.from(wholeNumbersOf(frame, "timestamp"));
    const sorted = Uint32Array.from(new Set(ids)).sort();
    const rowOf = new Map(Array.from(sorted, (id, row) => [id, row]));
    const movie = Uint32Array.from(ids, (id) => rowOf.get(id)!);
    const rating = Float32Array.from(numbersOf(frame, "rating"));
    return {
      movies: { movieId: sorted, ...moviesOf(frame, movie, sorted.length) },
      ...splitRows(ratings, { user, movie, rating, time }, latestFifths(user, time)),
    };
  },
});

/** What the table says of each film, at the first of its ratings. */
function moviesOf(frame: RFrame, movie: Uint32Array, count: number) {
  const [titles, years, genres] = [
    textsOf(frame, "title"),
    numbersOf(frame, "year"),
    levelsOf(frame, "genres"),
  ];
  const first = new Int32Array(count).fill(-1);
  movie.forEach((film, row) => first[film] = first[film]! < 0 ? row : first[film]!);
  const lists = Array.from(first, (row) => genres[row] === NO_GENRE ? [] : genres[row]!.split("|"));
  const offsets = new Uint32Array(count + 1);
  lists.forEach((list, film) => offsets[film + 1] = offsets[film]! + list.length);
  const numberOf = (genre: string) => {
    const number = GENRES.indexOf(genre);
    return number >= 0 ? number : fail(`one of ${GENRES.join(", ")}`, `"${genre}"`);
  };
  return {
    title: Array.from(first, (row) => titles[row]!),
    year: Int32Array.from(first, (row) => Number.isNaN(years[row]!) ? 0 : years[row]!),
    genres: { offsets, values: Uint8Array.from(lists.flat(), numberOf) },
  };
}

/** Whether each rating is among the latest fifth of its user's. */
function latestFifths(user: Uint32Array, time: Uint32Array): boolean[] {
  const rows = new Map<number, number[]>();
  user.forEach((each, row) => {
    const known = rows.get(each);
    if (known === undefined) rows.set(each, [row]);
    else known.push(row);
  });
  const isLate = new Array<boolean>(user.length).fill(false);
  for (const own of rows.values()) {
    own.sort((a, b) => time[a]! - time[b]! || a - b);
    for (const row of own.slice(own.length - Math.floor(own.length / 5))) isLate[row] = true;
  }
  return isLate;
}
