// What the checks of one client have in common: each prints a line, and one that fails makes the program exit 1.
// A list that has no end within its tokens: whoever cancels it comes in time, however fast the model is.
export const ENDLESS = { type: 'array', items: { type: 'integer' }, minItems: 1000 }

export class Checks {
  constructor(client) {
    this.client = client
    this.failed = false
  }

  // Runs one check; what it returns is printed as its detail.
  async check(name, body) {
    let detail
    let verdict = 'ok'
    try {
      detail = (await body()) ?? ''
    } catch (error) {
      console.error(error)
      detail = String(error).split('\n')[0]
      verdict = 'FAILED'
      this.failed = true
    }
    console.log(`${this.client.padEnd(18)} ${name.padEnd(28)} ${verdict.padEnd(7)} ${detail}`)
  }

  end() {
    process.exit(this.failed ? 1 : 0)
  }
}

export function assert(condition, message) {
  if (!condition) {
    throw new Error(message)
  }
}

// The error that the call must throw.
export async function thrown(call) {
  try {
    await call()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
