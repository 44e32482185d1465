namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>Takes items into lists while the budget lasts.</summary>
internal static class CountedItems
{
    /// <summary>Returns the items as a list; each is a step.</summary>
    public static List<Value> Counted(this IEnumerable<Value> items)
    {
        var list = new List<Value>();
        foreach (Value item in items)
        {
            RenderingBudget.Current.Step();
            list.Add(item);
        }

        return list;
    }
}
