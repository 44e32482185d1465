using Homer.Engine.Templates.Jinja.Nodes;

namespace Homer.Engine.Templates.Jinja.Syntax;

/// <summary>Parses templates: text, printed expressions and statements, nested in each other.</summary>
internal sealed class TemplateParser
{
    private readonly ParserState state;
    private readonly TokenStream tokens;
    private readonly ExpressionParser expressions;
    private readonly StatementParser statements;

    private TemplateParser(ParserState state)
    {
        this.state = state;
        tokens = state.Tokens;
        expressions = new(state);
        statements = new(state, expressions, Body);
    }

    /// <summary>Returns the body of a template.</summary>
    /// <exception cref="JinjaException">It is not Jinja.</exception>
    public static BlockNode Parse(string template)
    {
        var parser = new TemplateParser(new(Lexer.Read(new(template))));
        BlockNode body = parser.Body([]);
        return parser.state.Unknown.Count == 0 ? body : throw parser.state.Unknown[0];
    }

    // Statements up to the start of a tag with one of these names, which is not taken.
    private BlockNode Body(string[] ends) => state.Nested(() =>
    {
        TemplatePosition start = tokens.Current.Position;
        var body = new List<Statement>();
        while (tokens.Current.Kind != TokenKind.End)
        {
            Token token = tokens.Next();
            if (token.Kind == TokenKind.Data)
            {
                body.Add(new DataNode(token.Position, token.Value));
            }
            else if (token.Kind == TokenKind.VariableBegin)
            {
                body.Add(new PrintNode(token.Position, expressions.ParseTuple()));
                tokens.Expect(TokenKind.VariableEnd);
            }
            else
            {
                if (tokens.Current.Kind == TokenKind.Name && ends.Contains(tokens.Current.Value))
                    return new BlockNode(start, body);
                body.Add(statements.Parse(ends));
                tokens.Expect(TokenKind.BlockEnd);
            }
        }

        if (ends.Length > 0)
            throw tokens.Error($"Unexpected end of template. Jinja was looking for the following tags: '{string.Join("' or '", ends)}'.");
        return new BlockNode(start, body);
    });
}
