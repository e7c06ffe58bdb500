// A server of the test's own: started, killed and started again at the same address.

import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';

const START_MS = 900_000;

export class Server {
  constructor(root, data, log) {
    this.root = root;
    this.data = data;
    this.log = log;
    this.port = 0;
  }

  /** Starts it on the CPU, unless the options say another device, and answers where it serves. */
  async start(...more) {
    const device = more.includes('--device') ? [] : ['--device', 'CPU'];
    const args = ['serve', '--port', String(this.port), '--data', this.data, ...device, ...more];
    this.process = spawn(join(this.root, 'npuq'), args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stdout.resume();
    const log = createWriteStream(this.log, { flags: 'a' });
    this.url = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the server did not start')), START_MS);
      let said = '';
      this.process.stderr.on('data', (piece) => {
        log.write(piece);
        said += piece;
        const address = /serving at (http\S+)/.exec(said);
        if (address) {
          said = '';
          clearTimeout(timer);
          resolve(address[1]);
        }
      });
      this.process.once('exit', (code) => reject(new Error(`the server ended with ${code}; see ${this.log}`)));
    });
    this.port = Number(new URL(this.url).port);
    return this.url;
  }

  /** Kills its engine's process, as a crash of the driver would. */
  killEngine() {
    const children = spawnSync('ps', ['-o', 'pid=', '--ppid', String(this.process.pid)]).stdout.toString().split('\n').map(Number);
    children.filter(Boolean).forEach((pid) => {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself: ps, for one.
      }
    });
  }

  async stop(signal = 'SIGTERM') {
    if (this.process && this.process.exitCode === null && this.process.signalCode === null) {
      const ended = new Promise((resolve) => {
        this.process.once('exit', resolve);
      });
      this.process.kill(signal);
      await ended;
    }
  }
}
