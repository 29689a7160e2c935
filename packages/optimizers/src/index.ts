export { Adam, adam, type AdamOptions } from './adam.js';
export { Sgd, sgd, type SgdOptions } from './sgd.js';
export { ConstantSchedule, constant } from './constant.js';
export { CosineSchedule, cosine, type CosineScheduleOptions } from './cosine.js';
export { LinearSchedule, linear, type LinearScheduleOptions } from './linear.js';
export { StepSchedule, step } from './step.js';
