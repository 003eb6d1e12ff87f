import { describe, expect, test } from '@jest/globals'
import { readXml } from '../src/xml/read-xml.ts'
import { xmlText } from '../src/xml/xml-text.ts'

const malformed = expect.objectContaining({ code: 'MalformedResponse' })

test('elements, texts and entities', async () => {
  const text =
    '<?xml version="1.0" encoding="UTF-8"?>\n<A xmlns="x" b="c"><B> 1 &amp;&lt;&gt;&quot;&apos;&#65;&#x1F600; </B><C><D>d1</D><D/></C></A>\n'
  const { name, element } = await readXml(text, 'Z', 'A')
  expect(name).toBe('A')
  expect(element.textOf('B')).toBe(' 1 &<>"\'A😀 ')
  expect(
    element
      .child('C')
      ?.children('D')
      .map((child) => child.text),
  ).toEqual(['d1', ''])
  expect(element.child('None')).toBeUndefined()
  expect(element.textOf('None')).toBeUndefined()
  expect(element.children('toString')).toEqual([])
})

test('what looks like a number or a truth stays text', async () => {
  const { element } = await readXml('<A><B>007</B><C>true</C><D>1e3</D></A>', 'A')
  expect(['B', 'C', 'D'].map((name) => element.textOf(name))).toEqual(['007', 'true', '1e3'])
})

test('a CDATA section is text, and no entity in it is one', async () => {
  const { element } = await readXml('<A><B><![CDATA[a &amp; <b>]]></B></A>', 'A')
  expect(element.textOf('B')).toBe('a &amp; <b>')
})

test('one of several is not chosen', async () => {
  const { element } = await readXml('<A><B>1</B><B>2</B></A>', 'A')
  expect(() => element.textOf('B')).toThrow(malformed)
})

describe('refused', () => {
  test.each([
    ['nothing', ''],
    ['text', 'Service Unavailable'],
    ['HTML', '<!doctype html><html><body>502</body></html>'],
    ['HTML that is XML', '<html><body>502</body></html>'],
    ['JSON', '{"message":"no"}'],
    ['cut off', '<A><B>1</B>'],
    ['cut off in a tag', '<A><B>1</'],
    ['tags that cross', '<A><B>1</A></B>'],
    ['two roots', '<A/><A/>'],
    ['text behind the root', '<A/>x'],
    ['a document type', '<!DOCTYPE A><A/>'],
    ['entities that grow', '<!DOCTYPE A [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><A>&b;</A>'],
    ['too deep', '<A>'.repeat(30) + '</A>'.repeat(30)],
    ['a name that objects have', '<A><__proto__>x</__proto__></A>'],
  ])('%s', async (_what, text) => {
    await expect(readXml(text, 'A')).rejects.toThrow(malformed)
  })

  test.each([['&nbsp;'], ['&'], ['&amp'], ['&#xD800;'], ['&#1114112;'], ['&#x;'], ['&__proto__;']])(
    'the entity %s, when its element is read',
    async (entity) => {
      const read = async (): Promise<string | undefined> =>
        (await readXml(`<A><B>${entity}</B></A>`, 'A')).element.textOf('B')
      await expect(read()).rejects.toThrow(malformed)
    },
  )
})

test('the error shows an excerpt, not the whole answer', async () => {
  const failure: unknown = await readXml(`<html>${'x'.repeat(5000)}</html>`, 'A').catch(
    (error: unknown) => error,
  )
  expect(String(failure)).toContain('the root html instead of A')
  expect(String(failure).length).toBeLessThan(500)
})

test('bytes become text only if they are UTF-8 and not too many', () => {
  expect(xmlText(Buffer.from('\uFEFF<A>é</A>'))).toBe('<A>é</A>')
  expect(() => xmlText(Uint8Array.of(0x3c, 0xff))).toThrow(malformed)
  expect(() => xmlText(new Uint8Array(16 * 1024 * 1024 + 1))).toThrow(malformed)
})
