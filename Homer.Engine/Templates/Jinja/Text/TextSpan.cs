namespace Homer.Engine.Templates.Jinja.Text;

/// <summary>The characters of a text from <paramref name="Start"/> to before <paramref name="End"/>, counted in UTF-16 units.</summary>
internal readonly record struct TextSpan(int Start, int End);
