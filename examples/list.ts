// Objects by prefix, "folders" by delimiter, and pages for a user interface.
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

export async function list({ container }: Setting): Promise<void> {
  for (const key of ['about.txt', 'photos/cat.jpg', 'photos/dog.jpg', 'videos/cat.mp4']) {
    await container.put(key, key)
  }

  // #region prefix
  for await (const object of container.list({ prefix: 'photos/' })) {
    console.log(object.key, object.size)
  }
  // #endregion

  // #region folders
  for await (const folder of container.listPrefixes()) console.log(folder)
  // #endregion

  // #region pages
  let page = await container.listPage({ pageSize: 3 })
  for (;;) {
    console.log(page.objects.map((object) => object.key).join(', '))
    if (page.cursor === undefined) break
    page = await container.listPage({ pageSize: 3, cursor: page.cursor })
  }
  // #endregion
}

await runDirectly(import.meta.url, list)
