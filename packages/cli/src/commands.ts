import { Accuracy } from './commands/accuracy.js';
import { AnalyzeDirections } from './commands/analyze-directions.js';
import { AnalyzeLogits } from './commands/analyze-logits.js';
import { AnalyzeNeighbours } from './commands/analyze-neighbours.js';
import { AnalyzeProject } from './commands/analyze-project.js';
import { AnalyzeSpectrum } from './commands/analyze-spectrum.js';
import { BackendInstall } from './commands/backend-install.js';
import { BackendList } from './commands/backend-list.js';
import { Bench } from './commands/bench.js';
import { Components } from './commands/components.js';
import { ConfigSchema } from './commands/config-schema.js';
import { ConfigShow } from './commands/config-show.js';
import { DataExtractorTrain } from './commands/data-extractor-train.js';
import { Doctor } from './commands/doctor.js';
import { PathLength } from './commands/path-length.js';
import { Plan } from './commands/plan.js';
import { Export } from './commands/export.js';
import { Import } from './commands/import.js';
import { Inspect } from './commands/inspect.js';
import { Evaluate } from './commands/evaluate.js';
import { Report } from './commands/report.js';
import { Interpolate } from './commands/interpolate.js';
import { Resume } from './commands/resume.js';
import { Sample } from './commands/sample.js';
import { Sweep } from './commands/sweep.js';
import { Train } from './commands/train.js';
import { Truncate } from './commands/truncate.js';

/** Every command by its id; oclif takes them from here and looks nowhere else. */
export const commands = {
  train: Train,
  resume: Resume,
  sample: Sample,
  interpolate: Interpolate,
  inspect: Inspect,
  plan: Plan,
  bench: Bench,
  import: Import,
  export: Export,
  evaluate: Evaluate,
  'path-length': PathLength,
  accuracy: Accuracy,
  truncate: Truncate,
  sweep: Sweep,
  report: Report,
  'analyze:neighbours': AnalyzeNeighbours,
  'analyze:logits': AnalyzeLogits,
  'analyze:spectrum': AnalyzeSpectrum,
  'analyze:directions': AnalyzeDirections,
  'analyze:project': AnalyzeProject,
  doctor: Doctor,
  components: Components,
  'data:extractor:train': DataExtractorTrain,
  'backend:list': BackendList,
  'backend:install': BackendInstall,
  'config:schema': ConfigSchema,
  'config:show': ConfigShow,
};
