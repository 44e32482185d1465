namespace Homer.Engine.Templates.Jinja.Syntax;

/// <summary>The state that the parsers of statements and of expressions share: tokens, depth, and the names that a macro uses.</summary>
internal sealed class ParserState(IReadOnlyList<Token> tokens)
{
    private const int MostNested = 120;
    private readonly Stack<HashSet<string>> macros = new();
    private int depth;

    /// <summary>The tokens.</summary>
    public TokenStream Tokens { get; } = new(tokens);

    /// <summary>
    /// Whether an unknown filter or test fails only where it is used: in a branch of <c>if</c>, as templates that try what there is expect.
    /// </summary>
    public bool IsInBranch { get; set; }

    /// <summary>The errors of unknown filters and tests outside of branches.</summary>
    public List<JinjaException> Unknown { get; } = [];

    /// <summary>The blocks of the template that were seen so far.</summary>
    public HashSet<string> Blocks { get; } = [];

    /// <summary>Parses something inside of what is being parsed.</summary>
    /// <exception cref="JinjaException">It nests too deep.</exception>
    public T Nested<T>(Func<T> parse)
    {
        if (++depth > MostNested)
        {
            var error = new JinjaException(JinjaFault.Limit, "the template nests too deep");
            error.Locate(Tokens.Current.Position);
            throw error;
        }

        T result = parse();
        depth--;
        return result;
    }

    /// <summary>Parses with <see cref="IsInBranch"/> set or not.</summary>
    public T InBranch<T>(bool isInBranch, Func<T> parse)
    {
        bool outer = IsInBranch;
        IsInBranch = isInBranch;
        T result = parse();
        IsInBranch = outer;
        return result;
    }

    /// <summary>Parses a macro and returns the names that it uses beside it.</summary>
    public (T Result, HashSet<string> Names) CollectNames<T>(Func<T> parse)
    {
        macros.Push([]);
        T result = parse();
        return (result, macros.Pop());
    }

    /// <summary>Notes that a name is used.</summary>
    public void Use(string name)
    {
        foreach (HashSet<string> names in macros)
            names.Add(name);
    }
}
