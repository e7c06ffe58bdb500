// The openai package against a running npuq. Argument: its address.
import OpenAI from 'openai'
import { Checks, ENDLESS, assert, thrown } from './checks.mjs'

const url = process.argv[2]
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 })
const checks = new Checks('openai (Node)')
const models = (await client.models.list()).data
const model = models[0].id
const endless = { type: 'json_schema', json_schema: { name: 'endless', schema: ENDLESS } }
const messages = [{ role: 'user', content: 'Say hello.' }]
const ask = more => client.chat.completions.create({ model, messages, max_tokens: 16, ...more })

await checks.check('chat', async () => {
  const answer = await ask()
  assert(answer.choices[0].message.content, 'no text')
  return `${answer.usage.total_tokens} tokens`
})

await checks.check('stream', async () => {
  const whole = (await ask({ seed: 1 })).choices[0].message.content
  let text = ''
  for await (const chunk of await ask({ seed: 1, stream: true, stream_options: { include_usage: true } })) {
    text += chunk.choices[0]?.delta?.content ?? ''
  }
  assert(text === whole, `streamed ${JSON.stringify(text)}, whole ${JSON.stringify(whole)}`)
  return `${text.length} characters`
})

await checks.check('cancel in mid-stream', async () => {
  const { data: stream, response } = await client.chat.completions
    .create({ model, messages, max_tokens: 1024, response_format: endless, stream: true })
    .withResponse()
  const job = response.headers.get('x-npuq-job-id')
  for await (const chunk of stream) {
    assert(chunk.id, 'no id')
    stream.controller.abort()
    break
  }
  const ended = await (await fetch(`${url}/v1/jobs/${job}?wait_ms=20000`)).json()
  assert(ended.state === 'cancelled', ended.state)
  return ended.state
})

await checks.check('structured output', async () => {
  const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'], additionalProperties: false }
  const answer = await ask({
    max_tokens: 64,
    response_format: { type: 'json_schema', json_schema: { name: 'n', schema, strict: true } }
  })
  const value = JSON.parse(answer.choices[0].message.content)
  assert(Number.isInteger(value.n), JSON.stringify(value))
  return JSON.stringify(value)
})

const weather = {
  type: 'function',
  function: { name: 'weather', parameters: { type: 'object', properties: { place: { type: 'string', maxLength: 20 } }, required: ['place'] } }
}

await checks.check('forced tool call, streamed', async () => {
  const choice = { type: 'function', function: { name: 'weather' } }
  let stream
  try {
    stream = await ask({ max_tokens: 64, tools: [weather], tool_choice: choice, stream: true })
  } catch (error) {
    assert(error.code === 'tools_unsupported', String(error))
    return "refused: the model's template has none"
  }
  let written = ''
  for await (const chunk of stream) {
    for (const call of chunk.choices[0].delta.tool_calls ?? []) written += call.function.arguments ?? ''
  }
  assert(typeof JSON.parse(written).place === 'string', written)
  return written
})

await checks.check('embeddings', async () => {
  const encoder = models.at(-1).id
  if (models.length === 1) {
    const refusal = await thrown(() => client.embeddings.create({ model, input: 'a' }))
    assert(refusal instanceof OpenAI.APIError, String(refusal))
    return 'refused: the server has no model for them'
  }
  const answer = await client.embeddings.create({ model: encoder, input: ['one text', 'another'] })
  assert(answer.data.length === 2, 'not two vectors')
  return `${answer.data[0].embedding.length} numbers`
})

await checks.check('errors', async () => {
  const missing = await thrown(() => ask({ model: 'no-such-model' }))
  assert(missing instanceof OpenAI.NotFoundError && missing.code === 'model_not_found', String(missing))
  const bad = await thrown(() => ask({ n: 2 }))
  assert(bad instanceof OpenAI.BadRequestError && bad.param === 'n', String(bad))
  return '404 and 400 are their exceptions'
})

await checks.check('response', async () => {
  const answer = await client.responses.create({ model, input: 'Say hello.', max_output_tokens: 16 })
  assert(answer.output_text, 'no text')
  return answer.status
})

await checks.check('response in the background', async () => {
  let answer = await client.responses.create({ model, input: 'Say hello.', max_output_tokens: 16, background: true })
  while (['queued', 'in_progress'].includes(answer.status)) {
    answer = await client.responses.retrieve(answer.id)
  }
  assert(answer.output_text, 'no text')
  return answer.status
})

checks.end()
