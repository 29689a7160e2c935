export { adviceLines, gammaLines } from './advice-lines.js';
export { chooseReporter, type ReporterOptions } from './choose-reporter.js';
export { formatBytes, formatDuration, formatNumber, formatRate, shownPath } from './format.js';
export { InstallProgressView } from './install.js';
export type { RunReporter } from './reporter.js';
export { showMeasuring } from './show-measuring.js';
export { SweepForecast } from './sweep-forecast.js';
export { chooseSweepView, type SweepView, type SweepViewOptions } from './sweep-view.js';
export { WorkProgress } from './work.js';
