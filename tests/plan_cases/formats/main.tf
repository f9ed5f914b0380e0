locals {
  obj    = { b = [1, 2.5, "x", null, true], a = { c = "<&>" } }
  null_s = tostring(null)
  num    = 12345678901234567890
}
resource "terraform_data" "v" {
  input = {
    v1  = format("%v|%v|%v|%v", 1, 1.5, true, "s")
    v2  = format("%v", local.obj)
    v3  = format("%#v", local.obj)
    v4  = format("%v", [])
    v5  = format("%v", {})
    v6  = format("%v", toset(["b", "a"]))
    v7  = format("%10v|%-10v|%010v", "ab", "cd", 42)
    v8  = format("%+d|% d|%x|%X|%#x|%o|%#o|%b|%#b", 42, 42, 255, 255, 255, 8, 8, 5, 5)
    v9  = format("%e|%E|%f|%g|%G", 1234.5678, 1234.5678, 1234.5678, 1234.5678, 0.00001234)
    v10 = format("%.2f|%8.3f|%-8.1f|%+.1f", 3.14159, 3.14159, 3.14159, 3.14159)
    v11 = format("%q|%s|%t", "a\"b\n", "é日本", true)
    v12 = format("%[2]s %[1]s %[2]s", "a", "b")
    v13 = format("%5.2s|%-5s|%05s", "abcdef", "ab", "ab")
    v14 = format("%%|%s", "100%")
    v15 = format("%d%%", 50)
    v16 = format("%s", 1e21)
    v17 = format("%v", 1e21)
    v18 = format("%v", 0.1)
    v19 = format("%v", 1e-7)
    v20 = format("%g", 100000)
    v21 = format("%g", 1000000)
    v22 = format("%g", 123456789)
    v23 = format("%v", 123456789)
    v24 = format("%s", local.num)
    v25 = format("%.3g|%.10g", 3.14159, 3.14159)
    v26 = format("%t", "true")
    v27 = format("%d", "17")
    v28 = format("%v", local.null_s)
    v29 = formatlist("%s-%s", ["a", "b"], "x")
    v30 = formatlist("%s", [])
    v31 = formatlist("%v:%d", ["k1", "k2"], [1, 2])
    v32 = format("%s", 1.0)
    v33 = format("%s", 1.50)
  }
}
