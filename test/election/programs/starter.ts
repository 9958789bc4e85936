// starter: told by its parent to become the engine of a database, it says whether it is. It serves nobody; the one that
// is the engine holds the database until it is killed.
import net from 'node:net';
import { freshAddress } from '../../../extension/engine/election/address';
import { holdDatabase } from '../../../extension/engine/election/holdDatabase';
import { placeOf } from '../../../extension/rendezvous/place';

process.on('message', (database: string) => {
  const place = placeOf(database);
  holdDatabase(place, {
    role: 'engine',
    version: '1.0.0',
    purpose: 'write',
    listen: async () => {
      const address = await freshAddress(place);
      await new Promise<void>((resolve) => net.createServer().listen(address, resolve));
      return address;
    },
    onLost: () => undefined,
  }).then(
    (hold) => process.send?.(hold ? 'opens' : 'leaves'),
    (error) => process.send?.(String(error)),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
