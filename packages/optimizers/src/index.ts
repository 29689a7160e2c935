export { AdaBelief, adaBelief, type AdaBeliefOptions } from './adabelief.js';
export { Adam, adam, type AdamOptions } from './adam.js';
export { Lion, lion, type LionOptions } from './lion.js';
export { Lookahead, lookahead, type LookaheadOptions } from './lookahead.js';
export { Sgd, sgd, type SgdOptions } from './sgd.js';
export { ConstantSchedule, constant } from './schedules/constant.js';
export { CosineSchedule, cosine, type CosineScheduleOptions } from './schedules/cosine.js';
export { LinearSchedule, linear, type LinearScheduleOptions } from './schedules/linear.js';
export { StepSchedule, step } from './schedules/step.js';
