// attached URL: attaches, says so, and stays until it is ended.
import { Client } from './stage.mjs';

const client = new Client(process.argv[2]);
await client.opened;
console.log('attached');
await client.closed;
