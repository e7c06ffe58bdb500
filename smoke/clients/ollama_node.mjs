#!/usr/bin/env node
// Checks the Ollama dialect of a running npuq with Ollama's own JavaScript package (npm install ollama).
//
//     ollama_node.mjs http://127.0.0.1:18820
//
// A line for each check: its name, ok or FAILED, and a detail. Ends with 1 where one failed.
import { Ollama } from 'ollama'
import { Checks, ENDLESS, assert } from './checks.mjs'

const MESSAGES = [{ role: 'user', content: 'Name three colours.' }]
const LONG = [{ role: 'user', content: 'Tell a very long story about a lighthouse.' }]
const SHORT = { num_predict: 16 }
const NUMBERS = ['total_duration', 'prompt_eval_count', 'prompt_eval_duration', 'eval_count', 'eval_duration']

const base = (process.argv[2] ?? '').replace(/\/$/, '')
if (!base || process.argv.length !== 3) {
  console.error('ollama_node.mjs http://127.0.0.1:18820')
  process.exit(1)
}
const client = new Ollama({ host: base })
const checks = new Checks('ollama (Node)')
const check = (name, body) => checks.check(name, body)

async function refused(status, words, call) {
  try {
    await call()
  } catch (e) {
    assert(e.status_code === status, `${e.status_code} instead of ${status}: ${e.message}`)
    assert(e.message.includes(words), `${words} is not in ${e.message}`)
    return `${status} ${e.message}`
  }
  throw new Error(`it was not refused with ${status}`)
}

async function get(path) {
  return (await fetch(base + path)).json()
}

function counted(last) {
  for (const name of NUMBERS) {
    assert(Number.isInteger(last[name]) && last[name] > 0, `${name} is ${last[name]}`)
  }
  assert(last.done && ['stop', 'length'].includes(last.done_reason), `done_reason is ${last.done_reason}`)
  return `${last.eval_count} tokens in ${Math.round(last.total_duration / 1e6)} ms, ${last.done_reason}`
}

async function gathered(stream) {
  const pieces = []
  for await (const piece of stream) pieces.push(piece)
  return pieces
}

const [model, encoder] = (await get('/v1/models')).data.map(entry => entry.id)

await check('load by an empty prompt', async () => {
  const loaded = await client.generate({ model, prompt: '' })
  assert(loaded.done_reason === 'load', JSON.stringify(loaded))
  return loaded.done_reason
})
await check('ps', async () => {
  const entry = (await client.ps()).models.find((one) => one.model.split(':')[0] === model.split(':')[0])
  assert(entry && !Number.isNaN(Date.parse(entry.expires_at)) && entry.size > 0, JSON.stringify(entry))
  return `${entry.model} ${entry.size} bytes`
})
await check('generate', async () => {
  const made = await client.generate({ model, prompt: 'Name three colours.', options: SHORT })
  assert(made.response.trim(), 'no text')
  return counted(made)
})
await check('generate, streamed', async () => {
  const asked = { model, prompt: 'Name three colours.', options: SHORT }
  const pieces = await gathered(await client.generate({ ...asked, stream: true }))
  const whole = (await client.generate(asked)).response
  assert(pieces.map((piece) => piece.response).join('') === whole, 'the pieces are not the whole')
  return `${pieces.length} pieces, ${counted(pieces.at(-1))}`
})
await check('chat', async () => {
  const made = await client.chat({ model, messages: MESSAGES, options: SHORT })
  assert(made.message.role === 'assistant' && made.message.content.trim(), 'no text')
  return counted(made)
})
await check('chat, streamed', async () => {
  const pieces = await gathered(await client.chat({ model, messages: MESSAGES, options: SHORT, stream: true }))
  const whole = (await client.chat({ model, messages: MESSAGES, options: SHORT })).message.content
  assert(pieces.map((piece) => piece.message.content).join('') === whole, 'the pieces are not the whole')
  return `${pieces.length} pieces, ${counted(pieces.at(-1))}`
})
await check('format as a schema', async () => {
  const format = {
    type: 'object',
    properties: { colour: { type: 'string', maxLength: 20 }, warm: { type: 'boolean' } },
    required: ['colour', 'warm'],
  }
  const made = await client.generate({ model, prompt: 'Name a colour as JSON.', format, options: { num_predict: 100 } })
  const value = JSON.parse(made.response)
  assert(typeof value.colour === 'string' && typeof value.warm === 'boolean', made.response)
  return made.response
})
await check('cancel in mid-stream', async () => {
  const stream = await client.chat({ model, messages: LONG, options: { num_predict: 1000 }, format: ENDLESS, stream: true })
  let job
  try {
    for await (const piece of stream) {
      if (job) continue
      assert(!piece.done, 'it ended at once')
      job = (await get('/v1/jobs?limit=1')).data[0].id
      stream.abort()
    }
  } catch (e) {
    assert(e.name === 'AbortError', e.message)
  }
  const ended = await get(`/v1/jobs/${job}?wait_ms=60000`)
  assert(ended.state === 'cancelled', `${job} is ${ended.state}`)
  return `${job} is cancelled`
})
await check('embeddings', async () => {
  if (!encoder) return refused(400, '--embedding-model', () => client.embed({ model, input: 'a' }))
  const made = await client.embed({ model: encoder, input: ['one text', 'another'] })
  assert(made.embeddings.length === 2, 'not two vectors')
  return `${made.embeddings[0].length} numbers`
})
await check('keep_alive 0 frees the model', async () => {
  const gone = await client.generate({ model, prompt: '', keep_alive: 0 })
  assert(gone.done_reason === 'unload', JSON.stringify(gone))
  return gone.done_reason
})
await check('error: unknown model', () =>
  refused(404, 'not found, try pulling it first', () => client.chat({ model: 'no-such-model', messages: MESSAGES })))
await check('error: unknown model, streamed', () =>
  refused(404, 'try pulling it first', () => client.chat({ model: 'no-such-model', messages: MESSAGES, stream: true })))
await check('error: suffix', () =>
  refused(400, 'suffix is not supported', () => client.generate({ model, prompt: 'a', suffix: 'b' })))
await check('error: embed with this model', () => refused(400, 'embedding', () => client.embed({ model, input: 'a' })))
checks.end()
