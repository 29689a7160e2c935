export { WheelError } from './errors.js';
export {
  installWheels,
  type InstallOptions,
  type Installation,
  type Installed,
  type InstallProgress,
} from './install-wheels.js';
export { requirementOf, type Keep, type WheelPart, type WheelPin } from './wheel-pin.js';
