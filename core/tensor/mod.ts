export { arange, dtypeOf, full, type Nested, ones, tensor, zeros } from "./create.ts";
export { createDevice, defaultDevice, Device, type DeviceOptions, setDefaultDevice } from "./device.ts";
export { scope } from "./scope.ts";
export { formatShape, type Shape, sizeOf } from "./shape.ts";
export { type Storage, Tensor, type TensorLike } from "./tensor.ts";
export { disposeTree, mapTree, type Tree, treeLeaves, type TreeScalar } from "./tree.ts";
