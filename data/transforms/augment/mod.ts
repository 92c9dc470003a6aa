export * from "./augment_images.ts";
export * from "./augmentation.ts";
export * from "./cutout.ts";
export * from "./gaussian_noise.ts";
export type * from "./image_transform.ts";
export * from "./random_brightness_contrast.ts";
export * from "./random_crop.ts";
export * from "./random_flip.ts";
export * from "./random_rotation.ts";
