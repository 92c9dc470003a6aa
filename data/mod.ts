/**
 * Data sets from verified sources, as Arrow files, and batches as a pure function of a key and a step.
 *
 * @module
 */
export { DamagedFileError } from "./arrow/arrow_file.ts";
export * from "./batches.ts";
export {
  classesOf,
  columnOf,
  describeType,
  listsOf,
  numberColumnOf,
  numberListsOf,
  textListsOf,
  textOf,
} from "./columns.ts";
export * from "./content_sha256.ts";
export * from "./dataset.ts";
export * from "./datasets/afinn.ts";
export * from "./datasets/ames.ts";
export * from "./datasets/austen.ts";
export * from "./datasets/auto_mpg.ts";
export * from "./datasets/breast_cancer.ts";
export * from "./datasets/brown.ts";
export * from "./datasets/bzr.ts";
export * from "./datasets/california_housing.ts";
export * from "./datasets/cifar_10.ts";
export * from "./datasets/cldr_english_french.ts";
export * from "./datasets/cldr_english_german.ts";
export * from "./datasets/cldr_english_spanish.ts";
export * from "./datasets/cmudict.ts";
export * from "./datasets/co2.ts";
export * from "./datasets/concrete.ts";
export * from "./datasets/cora.ts";
export * from "./datasets/diabetes.ts";
export * from "./datasets/dna.ts";
export * from "./datasets/egfr.ts";
export * from "./datasets/emoji.ts";
export * from "./datasets/emoji_names.ts";
export * from "./datasets/enumerated_dates.ts";
export * from "./datasets/enumerated_number_words.ts";
export * from "./datasets/fashion_mnist.ts";
export * from "./datasets/food_reviews.ts";
export * from "./datasets/imdb.ts";
export * from "./datasets/iris.ts";
export * from "./datasets/letter_recognition.ts";
export * from "./datasets/lfw_subset.ts";
export * from "./datasets/miserables.ts";
export * from "./datasets/mnist.ts";
export * from "./datasets/moby_dick.ts";
export * from "./datasets/movielens.ts";
export * from "./datasets/mri.ts";
export * from "./datasets/multi30k.ts";
export * from "./datasets/names_18.ts";
export * from "./datasets/nci_tpsa.ts";
export * from "./datasets/opencv_digits.ts";
export * from "./datasets/oxford_pets.ts";
export * from "./datasets/penguins.ts";
export * from "./datasets/photographs.ts";
export * from "./datasets/pima.ts";
export * from "./datasets/registry.ts";
export * from "./datasets/satellite.ts";
export * from "./datasets/seattle_weather.ts";
export * from "./datasets/sonar.ts";
export * from "./datasets/sotu.ts";
export * from "./datasets/spam_assassin.ts";
export * from "./datasets/spambase.ts";
export * from "./datasets/sunspots.ts";
export * from "./datasets/surnames.ts";
export * from "./datasets/tiny_shakespeare.ts";
export * from "./datasets/tissue_gene_expression.ts";
export * from "./datasets/uci_digits.ts";
export * from "./datasets/unifont.ts";
export * from "./datasets/vader.ts";
export * from "./datasets/vowel.ts";
export * from "./datasets/wine.ts";
export * from "./datasets/word_similarity.ts";
export * from "./datasets/wordnet_nouns.ts";
export * from "./define_dataset.ts";
export { encodeSafetensors } from "./encode_safetensors.ts";
export * from "./memory_split.ts";
export * from "./open.ts";
export * from "./readers/brown.ts";
export * from "./readers/bzip2.ts";
export * from "./readers/cifar.ts";
export * from "./readers/cldr.ts";
export * from "./readers/cldr_names.ts";
export * from "./readers/csv.ts";
export * from "./readers/csv_table.ts";
export * from "./readers/faker.ts";
export * from "./readers/gzip.ts";
export * from "./readers/html_text.ts";
export * from "./readers/idx.ts";
export * from "./readers/jpeg.ts";
export * from "./readers/json_table.ts";
export * from "./readers/lzma2.ts";
export * from "./readers/mail.ts";
export { type Limits, MalformedFileError } from "./readers/malformed.ts";
export * from "./readers/molecule.ts";
export * from "./readers/nifti.ts";
export * from "./readers/npy.ts";
export * from "./readers/pickle.ts";
export * from "./readers/png.ts";
export * from "./readers/r_data.ts";
export * from "./readers/r_value.ts";
export * from "./readers/rbnf.ts";
export * from "./readers/safetensors.ts";
export * from "./readers/sdf.ts";
export * from "./readers/smiles.ts";
export * from "./readers/tar.ts";
export * from "./readers/text.ts";
export * from "./readers/unifont.ts";
export * from "./readers/wordnet.ts";
export * from "./readers/xz.ts";
export * from "./readers/zip.ts";
export * from "./transforms/mod.ts";
export type { DataEvent, DataListener } from "./sources/events.ts";
export type { PackageEntry, PackageFiles } from "./sources/package_files.ts";
export { PackageStore } from "./sources/package_store.ts";
export { DataUnavailableError } from "./sources/source_chain.ts";
export type { Patience } from "./sources/url.ts";
