import type { Dataset } from "../dataset.ts";
import { afinn } from "./afinn.ts";
import { ames } from "./ames.ts";
import { austen } from "./austen.ts";
import { autoMpg } from "./auto_mpg.ts";
import { breastCancer } from "./breast_cancer.ts";
import { brown } from "./brown.ts";
import { bzr } from "./bzr.ts";
import { californiaHousing } from "./california_housing.ts";
import { cifar10 } from "./cifar_10.ts";
import { cldrEnglishFrench } from "./cldr_english_french.ts";
import { cldrEnglishGerman } from "./cldr_english_german.ts";
import { cldrEnglishSpanish } from "./cldr_english_spanish.ts";
import { cmudict } from "./cmudict.ts";
import { co2 } from "./co2.ts";
import { concrete } from "./concrete.ts";
import { cora } from "./cora.ts";
import { diabetes } from "./diabetes.ts";
import { dna } from "./dna.ts";
import { egfr } from "./egfr.ts";
import { emoji } from "./emoji.ts";
import { emojiNames } from "./emoji_names.ts";
import { enumeratedDates } from "./enumerated_dates.ts";
import { enumeratedNumberWords } from "./enumerated_number_words.ts";
import { fashionMnist } from "./fashion_mnist.ts";
import { foodReviews } from "./food_reviews.ts";
import { imdb } from "./imdb.ts";
import { iris } from "./iris.ts";
import { letterRecognition } from "./letter_recognition.ts";
import { lfwSubset } from "./lfw_subset.ts";
import { miserables } from "./miserables.ts";
import { mnist } from "./mnist.ts";
import { mobyDick } from "./moby_dick.ts";
import { movielens } from "./movielens.ts";
import { mri } from "./mri.ts";
import { multi30k } from "./multi30k.ts";
import { names18 } from "./names_18.ts";
import { nciTpsa } from "./nci_tpsa.ts";
import { opencvDigits } from "./opencv_digits.ts";
import { oxfordPets } from "./oxford_pets.ts";
import { penguins } from "./penguins.ts";
import { photographs } from "./photographs.ts";
import { pima } from "./pima.ts";
import { satellite } from "./satellite.ts";
import { seattleWeather } from "./seattle_weather.ts";
import { sonar } from "./sonar.ts";
import { sotu } from "./sotu.ts";
import { spamAssassin } from "./spam_assassin.ts";
import { spambase } from "./spambase.ts";
import { sunspots } from "./sunspots.ts";
import { surnames } from "./surnames.ts";
import { tinyShakespeare } from "./tiny_shakespeare.ts";
import { tissueGeneExpression } from "./tissue_gene_expression.ts";
import { uciDigits } from "./uci_digits.ts";
import { unifont } from "./unifont.ts";
import { vader } from "./vader.ts";
import { vowel } from "./vowel.ts";
import { wine } from "./wine.ts";
import { wordSimilarity } from "./word_similarity.ts";
import { wordnetNouns } from "./wordnet_nouns.ts";

/** Every data set, in the order in which `deno task data --list` shows them. */
export const datasets: readonly Dataset[] = [
  afinn,
  ames,
  austen,
  autoMpg,
  breastCancer,
  brown,
  bzr,
  californiaHousing,
  cifar10,
  cldrEnglishFrench,
  cldrEnglishGerman,
  cldrEnglishSpanish,
  cmudict,
  co2,
  concrete,
  cora,
  diabetes,
  dna,
  egfr,
  emoji,
  emojiNames,
  enumeratedDates,
  enumeratedNumberWords,
  fashionMnist,
  foodReviews,
  imdb,
  iris,
  letterRecognition,
  lfwSubset,
  miserables,
  mnist,
  mobyDick,
  movielens,
  mri,
  multi30k,
  names18,
  nciTpsa,
  opencvDigits,
  oxfordPets,
  penguins,
  photographs,
  pima,
  satellite,
  seattleWeather,
  sonar,
  sotu,
  spamAssassin,
  spambase,
  sunspots,
  surnames,
  tinyShakespeare,
  tissueGeneExpression,
  uciDigits,
  unifont,
  vader,
  vowel,
  wine,
  wordSimilarity,
  wordnetNouns,
];
