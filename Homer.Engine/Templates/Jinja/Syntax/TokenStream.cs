namespace Homer.Engine.Templates.Jinja.Syntax;

/// <summary>The tokens of a template, one after another.</summary>
internal sealed class TokenStream(IReadOnlyList<Token> tokens)
{
    private int at;

    /// <summary>The token that is next.</summary>
    public Token Current => tokens[at];

    /// <summary>The token after the next.</summary>
    public Token Following => tokens[Math.Min(at + 1, tokens.Count - 1)];

    /// <summary>Takes a token and returns it.</summary>
    public Token Next()
    {
        Token token = tokens[at];
        at = Math.Min(at + 1, tokens.Count - 1);
        return token;
    }

    /// <summary>Takes the next token if it is a keyword.</summary>
    public bool SkipName(string name) => Skip(Current.IsName(name));

    /// <summary>Takes the next token if it is an operator.</summary>
    public bool SkipOperator(string sign) => Skip(Current.IsOperator(sign));

    /// <summary>Takes a token of a kind.</summary>
    /// <exception cref="JinjaException">The next one is of another.</exception>
    public Token Expect(TokenKind kind) => Current.Kind == kind ? Next() : throw Unexpected(kind switch
    {
        TokenKind.BlockEnd => "end of statement block",
        TokenKind.VariableEnd => "end of print statement",
        TokenKind.Name => "name",
        _ => kind.ToString(),
    });

    /// <summary>Takes an operator.</summary>
    /// <exception cref="JinjaException">The next token is another.</exception>
    public Token ExpectOperator(string sign) => Current.IsOperator(sign) ? Next() : throw Unexpected(sign);

    /// <summary>Takes a keyword.</summary>
    /// <exception cref="JinjaException">The next token is another.</exception>
    public Token ExpectName(string name) => Current.IsName(name) ? Next() : throw Unexpected(name);

    /// <summary>Returns an error at a token, by default the next one.</summary>
    public JinjaException Error(string message, Token? token = null)
    {
        var error = new JinjaException(JinjaFault.Syntax, message);
        error.Locate((token ?? Current).Position);
        return error;
    }

    private bool Skip(bool isNext)
    {
        if (isNext)
            Next();
        return isNext;
    }

    private JinjaException Unexpected(string expected) => Current.Kind == TokenKind.End
        ? Error($"unexpected end of template, expected '{expected}'.")
        : Error($"expected token '{expected}', got '{Current}'");
}
