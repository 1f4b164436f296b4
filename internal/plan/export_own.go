package plan

import "errors"

func (p *Plan) asOwn() (*Export, error) { return nil, errors.New("not yet") }
