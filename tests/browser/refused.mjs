// refused URL: attaches and prints how that is refused.
import { refusal } from './stage.mjs';

console.log(await refusal(process.argv[2]));
process.exit(0);
