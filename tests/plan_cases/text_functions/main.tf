resource "terraform_data" "t" {
  input = {
    chomp       = chomp("a\n\n")
    endswith    = endswith("abc", "bc")
    format      = format("%s %q %5d|%-5s|%05.2f %x %t %v %#v %%", "s", "q\"", 42, "ab", 3.14159, 255, true, [1, "a"], { a = 1 })
    formatlist  = formatlist("%s-%d", ["a", "b"], [1, 2])
    formatlist1 = formatlist("%s/%s", "x", ["a", "b"])
    indent      = indent(2, "a\nb")
    join        = join(", ", ["a", "b"])
    lower       = lower("ÄBC")
    regex       = regex("^(\\w+)-(\\d+)?", "abc-12")
    regex_plain = regex("[a-z]+", "12abc")
    regex_named = regex("(?P<a>.)(?P<b>.)", "xy")
    regexall    = regexall("[a-z](\\d)", "a1b2")
    replace     = replace("a.b.c", ".", "-")
    replace_re  = replace("hello world", "/(w)orld/", "$${1}ord $1x")
    split       = split(",", "a,,b")
    startswith  = startswith("abc", "ab")
    strcontains = strcontains("abc", "b")
    strrev      = strrev("añb")
    substr      = [substr("hello", 1, 3), substr("hello", -3, -1), substr("🤔x", 0, 1)]
    title       = title("hello wORLD")
    trim        = trim("?!x!?", "!?")
    trimprefix  = trimprefix("pre-x", "pre-")
    trimspace   = trimspace("  x \n")
    trimsuffix  = trimsuffix("x.tf", ".tf")
    upper       = upper("straße")
    base64      = [base64encode("hé"), base64decode("aMOp")]
    urlencode   = urlencode("a/b?c d")
    md5         = md5("x")
    sha         = [sha1("x"), sha256("x"), base64sha256("x")]
    uuidv5      = uuidv5("dns", "example.com")
    tostring    = [tostring(1.50), tostring(true)]
    formatdate  = formatdate("YYYY-MM-DD'T'hh:mm:ssZ EEE", "2024-02-29T13:04:05Z")
    timeadd     = timeadd("2024-02-29T13:04:05Z", "1h30m")
    timecmp     = timecmp("2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00")
    dirname     = [dirname("a/b/c.txt"), basename("a/b/c.txt"), pathexpand("x")]
    jsonquote   = jsonencode("a\"b")
    yaml        = yamldecode("- 1\n- {a: b}\n")
    nonascii    = "${"ü"}${length("ü")}"
    cidr        = cidrsubnets("10.0.0.0/16", 4, 4, 8)
    sensitive   = nonsensitive(sensitive("x"))
    textencode  = textencodebase64("é", "UTF-16LE")
    parseint    = [parseint("ff", 16), parseint("-101", 2)]
    type        = can(tonumber("1e3")) ? tonumber("1e3") : 0
  }
}
