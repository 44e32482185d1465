using System.Text;
using Homer.Engine.Templates.Jinja.Filters;
using Homer.Engine.Templates.Jinja.Nodes;
using Homer.Engine.Templates.Jinja.Tests;
using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Syntax;

/// <summary>Parses names, literals and brackets, and what follows them: attributes, subscripts, calls, filters and tests.</summary>
internal sealed class PrimaryParser(ParserState state, ExpressionParser expressions)
{
    private readonly TokenStream tokens = state.Tokens;

    /// <summary>Parses a name, a literal or what is in brackets.</summary>
    public Expression Parse()
    {
        Token token = tokens.Next();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return Name(token);
            case TokenKind.Text:
                var text = new StringBuilder(token.Value);
                while (tokens.Current.Kind == TokenKind.Text)
                    text.Append(tokens.Next().Value);
                return new ConstantExpression(token.Position, new TextValue(text.ToString()));
            case TokenKind.Integer:
                return new ConstantExpression(token.Position, Integer(token.Value));
            case TokenKind.Float:
                return new ConstantExpression(token.Position, new FloatValue(PythonFloat.Parse(token.Value) ?? 0));
            case TokenKind.Operator when token.Value == "(":
                Expression inner = expressions.ParseTuple(isInBrackets: true);
                tokens.ExpectOperator(")");
                return inner;
            case TokenKind.Operator when token.Value == "[":
                return new ListExpression(token.Position, ParseItems("]", () => expressions.Parse()));
            case TokenKind.Operator when token.Value == "{":
                return new DictExpression(token.Position, ParseItems("}", ParseMember));
            default:
                throw tokens.Error($"unexpected '{token}'", token);
        }
    }

    /// <summary>Parses attributes, subscripts and calls of a value.</summary>
    public Expression ParsePostfix(Expression value)
    {
        while (true)
        {
            Token token = tokens.Current;
            if (tokens.SkipOperator("."))
                value = ParseAttribute(value, token);
            else if (tokens.SkipOperator("["))
                value = new ItemExpression(token.Position, value, ParseSubscripts(token));
            else if (token.IsOperator("("))
                value = new CallExpression(token.Position, value, ParseArguments());
            else
                return value;
        }
    }

    /// <summary>Parses filters, tests and calls on a value.</summary>
    public Expression ParseFiltersAndTests(Expression value)
    {
        while (true)
        {
            Token token = tokens.Current;
            if (token.IsOperator("|"))
                value = ParseFilters(value);
            else if (tokens.SkipName("is"))
                value = ParseTest(value, token);
            else if (token.IsOperator("("))
                value = new CallExpression(token.Position, value, ParseArguments());
            else
                return value;
        }
    }

    /// <summary>Parses filters on a value, or on the body of a block, which is null.</summary>
    public Expression ParseFilters(Expression? value, bool startsInside = false)
    {
        while (startsInside || tokens.SkipOperator("|"))
        {
            startsInside = false;
            Token token = tokens.Current;
            string name = ParseDottedName();
            ArgumentList arguments = tokens.Current.IsOperator("(") ? ParseArguments() : ArgumentList.None;
            if (!FilterTable.Has(name) && !state.IsInBranch)
                state.Unknown.Add(tokens.Error($"No filter named '{name}'.", token));
            value = new FilterExpression(token.Position, value, name, arguments);
        }

        return value!;
    }

    private Expression Name(Token token)
    {
        Value? constant = token.Value switch
        {
            "true" or "True" => BooleanValue.True,
            "false" or "False" => BooleanValue.False,
            "none" or "None" => NoneValue.Instance,
            _ => null,
        };
        if (constant is not null)
            return new ConstantExpression(token.Position, constant);
        state.Use(token.Value);
        return new NameExpression(token.Position, token.Value);
    }

    private static IntegerValue Integer(string digits) =>
        IntegerValue.Of(Numbers.Parse(digits, 0) ?? 0);

    private Expression ParseAttribute(Expression value, Token dot)
    {
        Token token = tokens.Next();
        return token.Kind switch
        {
            TokenKind.Name => new AttributeExpression(dot.Position, value, token.Value),
            TokenKind.Integer => new ItemExpression(dot.Position, value, new ConstantExpression(token.Position, Integer(token.Value))),
            _ => throw tokens.Error("expected name or number", token),
        };
    }

    private Expression ParseSubscripts(Token bracket)
    {
        List<Expression> subscripts = ParseItems("]", ParseSubscript, mayEndInComma: false);
        return subscripts.Count == 1 ? subscripts[0] : new TupleExpression(bracket.Position, subscripts);
    }

    private Expression ParseSubscript()
    {
        TemplatePosition at = tokens.Current.Position;
        Expression? start = tokens.Current.IsOperator(":") ? null : expressions.Parse();
        if (!tokens.SkipOperator(":"))
            return start!;
        Expression? stop = IsBoundMissing() ? null : expressions.Parse();
        Expression? step = tokens.SkipOperator(":") && !IsBoundMissing() ? expressions.Parse() : null;
        return new SliceExpression(at, start, stop, step);

        bool IsBoundMissing() => tokens.Current.IsOperator(":") || tokens.Current.IsOperator("]") || tokens.Current.IsOperator(",");
    }

    private (Expression Key, Expression Value) ParseMember()
    {
        Expression key = expressions.Parse();
        tokens.ExpectOperator(":");
        return (key, expressions.Parse());
    }

    private List<T> ParseItems<T>(string close, Func<T> item, bool mayEndInComma = true)
    {
        var items = new List<T>();
        while (!tokens.Current.IsOperator(close))
        {
            if (items.Count > 0)
            {
                tokens.ExpectOperator(",");
                if (mayEndInComma && tokens.Current.IsOperator(close))
                    break;
            }

            items.Add(item());
        }

        tokens.ExpectOperator(close);
        return items;
    }

    private string ParseDottedName()
    {
        string name = tokens.Expect(TokenKind.Name).Value;
        while (tokens.SkipOperator("."))
            name += "." + tokens.Expect(TokenKind.Name).Value;
        return name;
    }

    private Expression ParseTest(Expression value, Token token)
    {
        bool isNegated = tokens.SkipName("not");
        Token named = tokens.Current;
        string name = ParseDottedName();
        ArgumentList arguments = ArgumentList.None;
        Token next = tokens.Current;
        if (next.IsOperator("("))
        {
            arguments = ParseArguments();
        }
        else if (StartsArgument(next))
        {
            if (next.IsName("is"))
                throw tokens.Error("You cannot chain multiple tests with is");
            arguments = new([ParsePostfix(Parse())], [], null, null);
        }

        if (!TestTable.Has(name) && !state.IsInBranch)
            state.Unknown.Add(tokens.Error($"No test named '{name}'.", named));
        Expression test = new TestExpression(token.Position, value, name, arguments);
        return isNegated ? new UnaryExpression(token.Position, "not", test) : test;
    }

    private static bool StartsArgument(Token token) =>
        token.Kind is TokenKind.Text or TokenKind.Integer or TokenKind.Float
        || token.IsOperator("[") || token.IsOperator("{")
        || (token.Kind == TokenKind.Name && token.Value is not ("else" or "or" or "and"));

    private ArgumentList ParseArguments()
    {
        Token open = tokens.ExpectOperator("(");
        var positional = new List<Expression>();
        var named = new List<(string Name, Expression Value)>();
        Expression? morePositional = null, moreNamed = null;
        bool isFirst = true;
        while (!tokens.Current.IsOperator(")"))
        {
            if (!isFirst)
            {
                tokens.ExpectOperator(",");
                if (tokens.Current.IsOperator(")"))
                    break;
            }

            isFirst = false;
            if (tokens.SkipOperator("*"))
            {
                Require(morePositional is null && moreNamed is null);
                morePositional = expressions.Parse();
            }
            else if (tokens.SkipOperator("**"))
            {
                Require(moreNamed is null);
                moreNamed = expressions.Parse();
            }
            else if (tokens.Current.Kind == TokenKind.Name && tokens.Following.IsOperator("="))
            {
                Require(moreNamed is null);
                string name = tokens.Next().Value;
                tokens.Next();
                named.Add((name, expressions.Parse()));
            }
            else
            {
                Require(morePositional is null && moreNamed is null && named.Count == 0);
                positional.Add(expressions.Parse());
            }
        }

        tokens.Next();
        return new(positional, named, morePositional, moreNamed);

        void Require(bool isInOrder)
        {
            if (!isInOrder)
                throw tokens.Error("invalid syntax for function call expression", open);
        }
    }
}
