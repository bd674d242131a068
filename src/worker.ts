import { createDoors } from './doors.ts';
import { createIsolate } from './isolate.ts';

/** Made once for each isolate: the memory of links and the pool of clicks outlive a request. */
export default createDoors(createIsolate());
